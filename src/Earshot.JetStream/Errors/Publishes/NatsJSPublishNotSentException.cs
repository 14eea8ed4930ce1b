namespace Earshot.JetStream;

/// <summary>To the end of its time the publish could not be written: no session, or no room in the outbound buffer.</summary>
public sealed class NatsJSPublishNotSentException : NatsJSException, INatsDelivery
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why it could not be written.</param>
    /// <param name="inner">The cause, if one is known.</param>
    public NatsJSPublishNotSentException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Always <see cref="NatsOutcome.NotSent"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.NotSent;
}
