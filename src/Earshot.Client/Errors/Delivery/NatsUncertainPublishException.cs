namespace Earshot;

/// <summary>
/// A flush that cannot promise that everything published before has arrived: a session ended before the server had confirmed some of it.
/// <see cref="NatsDeliveryException.Outcome"/> is <see cref="NatsOutcome.Unknown"/>.
/// </summary>
public sealed class NatsUncertainPublishException : NatsDeliveryException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="messages">How many publishes and requests may or may not have arrived.</param>
    /// <param name="inner">The cause, if one is known.</param>
    public NatsUncertainPublishException(long messages, Exception? inner = null)
        : base($"{messages} published {(messages == 1 ? "message" : "messages")} may or may not have been received: the session ended before the server confirmed them.", NatsOutcome.Unknown, inner) =>
        Messages = messages;

    /// <summary>
    /// How many publishes and requests may or may not have arrived. For a flush with a mark, those behind the mark; where several sessions
    /// were lost since, at most so many.
    /// </summary>
    public long Messages { get; }
}
