namespace Earshot.JetStream.Consuming;

/// <summary>Validates the options of reads and converts them to the settings of the machine, with their defaults.</summary>
internal static class ReadOptions
{
    private const int DefaultMsgs = 1000;
    private static readonly TimeSpan s_defaultExpires = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_leastForConsume = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_leastForBatch = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(36_500); // longer ones cannot be added to the present time

    /// <exception cref="ArgumentException">Options are mutually exclusive or out of range.</exception>
    public static PullSettings Of(NatsJSConsumeOpts opts)
    {
        if (opts is { MaxMsgs: not null, MaxBytes: not null })
        {
            throw new ArgumentException("A consume can have either MaxMsgs or MaxBytes, not both.", nameof(opts));
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
            Threshold = Math.Min(threshold, capacity - 1), // with a threshold equal to the capacity there would be nothing to request
            Expires = expires.Ticks,
            Heartbeat = Heartbeat(opts.IdleHeartbeat, expires, s_leastForConsume),
            MaxNoResponders = opts.MaxConsecutive503Errors,
            LeavesRest = opts.StopPolicy == NatsJSStopPolicy.Leave,
        };
    }

    /// <exception cref="ArgumentException">Options are mutually exclusive or out of range.</exception>
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

    /// <exception cref="ArgumentException">Options are mutually exclusive or out of range.</exception>
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
        : expires > s_longest ? s_longest
        : expires > TimeSpan.Zero ? expires
        : throw new ArgumentException($"Expires must be greater than zero, not {expires}.", nameof(given));

    // The server rejects a heartbeat interval above half of the expiry.
    private static long Heartbeat(TimeSpan? given, TimeSpan expires, TimeSpan least)
    {
        if (given is not { } heartbeat)
        {
            return expires < least ? 0 : Math.Min(s_heartbeat.Ticks, expires.Ticks / 2);
        }

        return heartbeat >= TimeSpan.Zero && heartbeat <= expires / 2
            ? heartbeat.Ticks
            : throw new ArgumentException($"IdleHeartbeat must be between zero and half of Expires ({expires}), not {heartbeat}.", nameof(given));
    }

    private static int AtLeastOne(int value, string name) =>
        value > 0 ? value : throw new ArgumentException($"{name} must be at least 1, not {value}.", name);
}
