namespace Earshot;

/// <summary>The exception that is thrown when the session that carried an operation ended before the operation completed.</summary>
public sealed class NatsConnectionLostException : NatsDeliveryException
{
    /// <summary>Initializes the exception with the reason and the outcome.</summary>
    /// <param name="reason">The reason why the session ended.</param>
    /// <param name="outcome">The outcome of the operation.</param>
    /// <param name="inner">The cause, or null.</param>
    public NatsConnectionLostException(NatsDisconnectReason reason, NatsOutcome outcome, Exception? inner)
        : base($"The connection was lost ({reason}) before the server responded.", outcome, inner) => Reason = reason;

    /// <summary>The reason why the session ended.</summary>
    public NatsDisconnectReason Reason { get; }
}
