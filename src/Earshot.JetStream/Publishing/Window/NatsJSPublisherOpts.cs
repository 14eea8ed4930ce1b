namespace Earshot.JetStream;

/// <summary>Options of a <see cref="NatsJSPublisher"/>.</summary>
public record NatsJSPublisherOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsJSPublisherOpts Default = new();

    /// <summary>The maximum number of messages without an outcome. Default: 1,000.</summary>
    public int MaxInFlight { get; init; } = 1000;

    /// <summary>The maximum size of all messages without an outcome, in bytes; a single message may be larger. Default: 8 MiB.</summary>
    public long MaxInFlightBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Whether each message without a message id is given one, so that it can be sent again when its ack is missing. Default: true. The server
    /// remembers each id for the duplicate window of the stream.
    /// </summary>
    public bool UseMsgIds { get; init; } = true;

    /// <summary>Which messages are kept in order. Default: none.</summary>
    public NatsJSPublishOrder Order { get; init; }

    /// <summary>Callback for each message that was not stored, or whose outcome is unknown. Called on the thread pool.</summary>
    public Action<NatsJSPublishFailure>? OnFailed { get; init; }
}
