namespace Earshot.JetStream;

/// <summary>Options of <c>RunAsync</c>, which calls a handler for each message of a consumer.</summary>
public record NatsJSRunOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsJSRunOpts Default = new();

    /// <summary>The maximum number of handlers that run at the same time. Default: 1, so messages are handled in the order of their delivery.</summary>
    public int MaxConcurrency { get; init; } = 1;

    /// <summary>Who acknowledges the messages. Default: <see cref="NatsJSAckMode.Auto"/>, the client does when the handler has returned.</summary>
    public NatsJSAckMode AckMode { get; init; }

    /// <summary>
    /// The delays after which a message is delivered again whose handler threw an exception: the first one after the first delivery, the
    /// last one after all further deliveries. Null: <see cref="ConsumerConfig.Backoff"/> of the consumer, or 1 s if it has none. Zero: immediately.
    /// </summary>
    public IReadOnlyList<TimeSpan>? RetryDelays { get; init; }

    /// <summary>
    /// The number of deliveries after which a message is terminated whose handler throws again: the server does not deliver it any more,
    /// and publishes the reason in an advisory. Null: no limit but <see cref="ConsumerConfig.MaxDeliver"/>.
    /// </summary>
    public int? TerminateAfter { get; init; }

    /// <summary>
    /// The time for which a running handler keeps its message from being delivered again, by reports of progress at half of AckWait. Null:
    /// no limit, until the handler ends. Zero: no progress is reported.
    /// </summary>
    public TimeSpan? ProgressLimit { get; init; }

    /// <summary>
    /// The time that running handlers have to end after a stop. Afterwards their token is cancelled. Default: 30 s;
    /// <see cref="Timeout.InfiniteTimeSpan"/>: it is never cancelled; zero: it is cancelled immediately.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The options of the read. Null, or neither <see cref="NatsJSConsumeOpts.MaxMsgs"/> nor <see cref="NatsJSConsumeOpts.MaxBytes"/> set:
    /// only as many messages are requested as handlers can run, so that no message waits for a handler while its AckWait passes. A larger
    /// number is faster when handlers take less time than a round trip to the server; no progress is reported for messages that wait.
    /// </summary>
    public NatsJSConsumeOpts? Consume { get; init; }
}
