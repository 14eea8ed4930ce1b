namespace Earshot;

/// <summary>The exception that is thrown when the connection is closed permanently; <see cref="Reason"/> is the reason.</summary>
public sealed class NatsConnectionClosedException : NatsDeliveryException
{
    /// <summary>Initializes the exception with the reason and the outcome.</summary>
    /// <param name="reason">The reason why the connection closed.</param>
    /// <param name="outcome">The outcome of the operation.</param>
    /// <param name="inner">The cause, or null.</param>
    public NatsConnectionClosedException(NatsCloseReason reason, NatsOutcome outcome, Exception? inner = null)
        : base($"The connection is closed ({reason}).", outcome, inner) => Reason = reason;

    /// <summary>The reason why the connection closed.</summary>
    public NatsCloseReason Reason { get; }

    /// <summary>Whether the application requested it: the connection was closed, disposed or drained.</summary>
    public bool IsRequested => Reason is NatsCloseReason.UserClosed or NatsCloseReason.Disposed or NatsCloseReason.DrainCompleted or NatsCloseReason.DrainTimedOut;
}
