namespace Earshot.JetStream;

/// <summary>The exception that is thrown when a publish could not be written within its timeout: no session, no space in the outbound buffer, or no outcome of an earlier message in a publisher with an order.</summary>
public sealed class NatsJSPublishNotSentException : NatsJSException, INatsDelivery
{
    /// <summary>Initializes the exception with a message.</summary>
    /// <param name="message">The reason why the publish could not be written.</param>
    /// <param name="inner">The cause; null when there is none.</param>
    public NatsJSPublishNotSentException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The outcome of the operation: always <see cref="NatsOutcome.NotSent"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.NotSent;
}
