namespace Earshot.JetStream;

/// <summary>
/// A call of the API got no answer, or no one listens on its subject: JetStream is off for the account or not reachable, or the stream or
/// consumer has no server to answer for it.
/// </summary>
public class NatsJSApiNoResponseException : NatsJSException, INatsDelivery
{
    /// <summary>Makes the exception of a call that no one listened to.</summary>
    public NatsJSApiNoResponseException()
        : this(NatsSubEndReason.None)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="reason">Why waiting for the answer ended.</param>
    public NatsJSApiNoResponseException(NatsSubEndReason reason)
        : this("No answer from the JetStream API.", reason, NatsOutcome.Unknown, null)
    {
    }

    internal NatsJSApiNoResponseException(string message, NatsSubEndReason reason, NatsOutcome outcome, Exception? inner)
        : base(message, inner) => (Reason, Outcome) = (reason, outcome);

    /// <summary>Why waiting for the answer ended; <see cref="NatsSubEndReason.None"/>: no one listens.</summary>
    public NatsSubEndReason Reason { get; }

    /// <summary>Rejected where no one listened; unknown where a call that changes something was sent and not answered; else not sent.</summary>
    public NatsOutcome Outcome { get; }
}
