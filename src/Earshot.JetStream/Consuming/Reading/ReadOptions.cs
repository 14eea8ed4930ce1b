namespace Earshot.JetStream.Consuming;

/// <summary>Turns the options of a read into the numbers of the machine, with their defaults and checks.</summary>
internal static class ReadOptions
{
    private const int DefaultMsgs = 1000;
    private static readonly TimeSpan s_defaultExpires = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_leastForConsume = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_leastForBatch = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentException">Options that contradict each other or are out of range.</exception>
    public static PullSettings Of(NatsJSConsumeOpts opts)
    {
        if (opts is { MaxMsgs: not null, MaxBytes: not null })
        {
            throw new ArgumentException("Either messages or bytes limit a consume, not both.", nameof(opts));
        }

        int msgs = AtLeastOne(opts.MaxMsgs ?? DefaultMsgs, nameof(opts.MaxMsgs));
        int bytes = opts.MaxBytes is { } given ? AtLeastOne(given, nameof(opts.MaxBytes)) : 0;
        int capacity = bytes > 0 ? bytes : msgs;
        int threshold = (bytes > 0 ? opts.ThresholdBytes : opts.ThresholdMsgs) ?? capacity / 2;
        if (threshold < 0 || threshold > capacity)
        {
            throw new ArgumentException($"The threshold {threshold} is not between 0 and {capacity}.", nameof(opts));
        }

        TimeSpan expires = Expires(opts.Expires);
        return new PullSettings
        {
            MaxMsgs = bytes > 0 ? PullSettings.BatchOfBytes : msgs,
            MaxBytes = bytes,
            Threshold = Math.Min(threshold, capacity - 1), // when all is pending there is nothing to ask for
            Expires = expires.Ticks,
            Heartbeat = Heartbeat(opts.IdleHeartbeat, expires, s_leastForConsume),
            MaxNoResponders = opts.MaxConsecutive503Errors,
            LeavesRest = opts.StopPolicy == NatsJSStopPolicy.Leave,
        };
    }

    /// <exception cref="ArgumentException">Options that contradict each other or are out of range.</exception>
    public static PullSettings Of(NatsJSFetchOpts opts, bool noWait)
    {
        int bytes = opts.MaxBytes is { } given ? AtLeastOne(given, nameof(opts.MaxBytes)) : 0;
        TimeSpan expires = Expires(opts.Expires);
        return new PullSettings
        {
            MaxMsgs = AtLeastOne(opts.MaxMsgs ?? (bytes > 0 ? PullSettings.BatchOfBytes : DefaultMsgs), nameof(opts.MaxMsgs)),
            MaxBytes = bytes,
            Expires = expires.Ticks,
            Heartbeat = noWait ? 0 : Heartbeat(opts.IdleHeartbeat, expires, s_leastForBatch),
            IsSingle = true,
            NoWait = noWait,
        };
    }

    /// <exception cref="ArgumentException">Options that contradict each other or are out of range.</exception>
    public static PullSettings Of(NatsJSNextOpts opts)
    {
        TimeSpan expires = Expires(opts.Expires);
        return new PullSettings
        {
            MaxMsgs = 1,
            Expires = expires.Ticks,
            Heartbeat = Heartbeat(opts.IdleHeartbeat, expires, s_leastForBatch),
            IsSingle = true,
        };
    }

    private static TimeSpan Expires(TimeSpan? given) =>
        given is not { } expires ? s_defaultExpires
        : expires > TimeSpan.Zero ? expires
        : throw new ArgumentException($"A pull cannot wait for {expires}.", nameof(given));

    // The server refuses a heartbeat above half of the time that the pull waits.
    private static long Heartbeat(TimeSpan? given, TimeSpan expires, TimeSpan least)
    {
        if (given is not { } heartbeat)
        {
            return expires < least ? 0 : Math.Min(s_heartbeat.Ticks, expires.Ticks / 2);
        }

        return heartbeat >= TimeSpan.Zero && heartbeat * 2 <= expires
            ? heartbeat.Ticks
            : throw new ArgumentException($"A heartbeat of {heartbeat} is not between zero and half of the {expires} that the pull waits.", nameof(given));
    }

    private static int AtLeastOne(int value, string name) =>
        value > 0 ? value : throw new ArgumentException($"{name} must be at least 1, not {value}.", name);
}
