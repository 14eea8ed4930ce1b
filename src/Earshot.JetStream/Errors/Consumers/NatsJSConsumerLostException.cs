namespace Earshot.JetStream;

/// <summary>The consumer cannot be read from any more, by the server's word. What was delivered before was handed out first.</summary>
public sealed class NatsJSConsumerLostException : NatsJSProtocolException
{
    internal NatsJSConsumerLostException(string message, LostReason reason, int code, NatsHeaders.Messages known, string text)
        : base(message, code, known, text) => Reason = reason;

    /// <summary>What the server said.</summary>
    public LostReason Reason { get; }
}
