namespace Earshot.JetStream;

/// <summary>Options of a publisher.</summary>
public record NatsJSPublisherOpts
{
    /// <summary>Options with their defaults.</summary>
    public static readonly NatsJSPublisherOpts Default = new();

    /// <summary>Most messages without an outcome. Default: 1,000.</summary>
    public int MaxInFlight { get; init; } = 1000;

    /// <summary>Most bytes of messages without an outcome; a single message may be larger. Default: 8 MiB.</summary>
    public long MaxInFlightBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Give each message without an id one, so that it can be sent again when its ack does not come. Default: on. The server remembers each id
    /// for the stream's duplicate window.
    /// </summary>
    public bool UseMsgIds { get; init; } = true;

    /// <summary>What is kept in order. Default: nothing.</summary>
    public NatsJSPublishOrder Order { get; init; }

    /// <summary>Called for each message that was not stored, or of which that is not known; on a thread of the pool, never on the connection's loops.</summary>
    public Action<NatsJSPublishFailure>? OnFailed { get; init; }
}
