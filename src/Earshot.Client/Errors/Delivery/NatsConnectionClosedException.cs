namespace Earshot;

/// <summary>The connection is closed for good; <see cref="Reason"/> tells why.</summary>
public sealed class NatsConnectionClosedException : NatsDeliveryException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reason">Why the connection closed.</param>
    /// <param name="outcome">What became of the message.</param>
    /// <param name="inner">The cause, if one is known.</param>
    public NatsConnectionClosedException(NatsCloseReason reason, NatsOutcome outcome, Exception? inner = null)
        : base($"The connection is closed ({reason}).", outcome, inner) => Reason = reason;

    /// <summary>Why the connection closed.</summary>
    public NatsCloseReason Reason { get; }

    /// <summary>The application asked for it: closed, disposed or drained.</summary>
    public bool IsRequested => Reason is NatsCloseReason.UserClosed or NatsCloseReason.Disposed or NatsCloseReason.DrainCompleted or NatsCloseReason.DrainTimedOut;
}
