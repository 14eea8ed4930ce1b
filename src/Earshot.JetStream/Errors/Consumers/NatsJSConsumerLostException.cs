namespace Earshot.JetStream;

/// <summary>The exception that is thrown when the server ended the read of a consumer. It follows all messages that were delivered before.</summary>
public sealed class NatsJSConsumerLostException : NatsJSProtocolException
{
    internal NatsJSConsumerLostException(string message, LostReason reason, int code, NatsHeaders.Messages known, string text)
        : base(message, code, known, text) => Reason = reason;

    /// <summary>The reason why the read was ended.</summary>
    public LostReason Reason { get; }
}
