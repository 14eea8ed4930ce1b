namespace Earshot.JetStream;

/// <summary>
/// The exception that is thrown when a publish was sent and not acknowledged: the stream may have stored the message. Publish again only with
/// the same message id inside the duplicate window of the stream, or when a duplicate is acceptable. A late ack is reported by the event
/// <c>UncertainOutcome</c> (912).
/// </summary>
public sealed class NatsJSPublishUnknownException : NatsJSException, INatsDelivery
{
    /// <summary>Initializes the exception with what is known of the publish.</summary>
    /// <param name="message">The message, for people.</param>
    /// <param name="msgId">The message id of the publish; null when it has none.</param>
    /// <param name="attempts">The number of attempts in which the publish was sent.</param>
    /// <param name="session">The number of the session of the last attempt; 0 when it is not known.</param>
    /// <param name="inner">The cause; null when there is none.</param>
    public NatsJSPublishUnknownException(string message, string? msgId, int attempts, int session = 0, Exception? inner = null)
        : base(message, inner) => (MsgId, Attempts, Session) = (msgId, attempts, session);

    /// <summary>The message id of the publish; null when it has none.</summary>
    public string? MsgId { get; }

    /// <summary>The number of attempts in which the publish was sent.</summary>
    public int Attempts { get; }

    /// <summary>The number of the session of the last attempt; 0 when it is not known.</summary>
    public int Session { get; }

    /// <summary>The outcome of the operation: always <see cref="NatsOutcome.Unknown"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Unknown;
}
