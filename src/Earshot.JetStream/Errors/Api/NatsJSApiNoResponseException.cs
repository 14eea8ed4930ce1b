namespace Earshot.JetStream;

/// <summary>
/// The exception that is thrown when a call of the API is not answered or has no responders: JetStream is not enabled for the account or
/// not reachable, or the stream or consumer has no leader.
/// </summary>
public class NatsJSApiNoResponseException : NatsJSException, INatsDelivery
{
    /// <summary>Initializes the exception of a call without responders.</summary>
    public NatsJSApiNoResponseException()
        : this(NatsSubEndReason.None)
    {
    }

    /// <summary>Initializes the exception with the reason why waiting ended.</summary>
    /// <param name="reason">The reason why waiting for the response ended.</param>
    public NatsJSApiNoResponseException(NatsSubEndReason reason)
        : this("The JetStream API did not respond.", reason, NatsOutcome.Unknown, null)
    {
    }

    internal NatsJSApiNoResponseException(string message, NatsSubEndReason reason, NatsOutcome outcome, Exception? inner)
        : base(message, inner) => (Reason, Outcome) = (reason, outcome);

    /// <summary>The reason why waiting for the response ended; <see cref="NatsSubEndReason.None"/> when there were no responders.</summary>
    public NatsSubEndReason Reason { get; }

    /// <summary>Rejected when there were no responders; Unknown when a call that changes something was sent and not answered; otherwise NotSent.</summary>
    public NatsOutcome Outcome { get; }
}
