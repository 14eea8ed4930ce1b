namespace Earshot.JetStream;

/// <summary>
/// The publish was sent and its ack did not come: the stream may have it. Publish again only with the same message id inside the stream's
/// duplicate window, or where a duplicate does no harm. An ack that comes later is reported by the event <c>UncertainOutcome</c> (912).
/// </summary>
public sealed class NatsJSPublishUnknownException : NatsJSException, INatsDelivery
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="msgId">Message id of the publish; null without one.</param>
    /// <param name="attempts">How often it was sent.</param>
    /// <param name="session">Number of the session that carried the last attempt; 0 when not known.</param>
    /// <param name="inner">The cause, if one is known.</param>
    public NatsJSPublishUnknownException(string message, string? msgId, int attempts, int session = 0, Exception? inner = null)
        : base(message, inner) => (MsgId, Attempts, Session) = (msgId, attempts, session);

    /// <summary>Message id of the publish; null without one.</summary>
    public string? MsgId { get; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; }

    /// <summary>Number of the session that carried the last attempt; 0 when not known.</summary>
    public int Session { get; }

    /// <summary>Always <see cref="NatsOutcome.Unknown"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Unknown;
}
