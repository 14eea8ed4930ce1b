namespace Earshot;

/// <summary>
/// The exception that is thrown by a flush when a session ended before the server had confirmed everything published.
/// <see cref="NatsDeliveryException.Outcome"/> is <see cref="NatsOutcome.Unknown"/>.
/// </summary>
public sealed class NatsUncertainPublishException : NatsDeliveryException
{
    /// <summary>Initializes the exception with the number of uncertain messages.</summary>
    /// <param name="messages">The number of publishes and requests that may or may not have arrived.</param>
    /// <param name="inner">The cause, or null.</param>
    public NatsUncertainPublishException(long messages, Exception? inner = null)
        : base($"{messages} published {(messages == 1 ? "message" : "messages")} may or may not have been received: the session ended before the server confirmed them.", NatsOutcome.Unknown, inner) =>
        Messages = messages;

    /// <summary>The number of publishes and requests that may or may not have arrived.</summary>
    /// <remarks>For a flush with a mark, those after the mark; when several sessions were lost since, an upper limit.</remarks>
    public long Messages { get; }
}
