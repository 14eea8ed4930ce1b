namespace Earshot;

/// <summary>The session that carried an operation ended before the operation did.</summary>
public sealed class NatsConnectionLostException : NatsDeliveryException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reason">Why the session ended.</param>
    /// <param name="outcome">What became of the message.</param>
    /// <param name="inner">The cause, if one is known.</param>
    public NatsConnectionLostException(NatsDisconnectReason reason, NatsOutcome outcome, Exception? inner)
        : base($"The connection was lost ({reason}) before the server responded.", outcome, inner) => Reason = reason;

    /// <summary>Why the session ended.</summary>
    public NatsDisconnectReason Reason { get; }
}
