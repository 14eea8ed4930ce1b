namespace Earshot.KeyValueStore;

/// <summary>Options of a watch.</summary>
public record NatsKVWatchOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsKVWatchOpts Default = new();

    /// <summary>The interval of the server's idle heartbeats; zero: no heartbeats. Default: 5 s. A silence of two intervals is a loss.</summary>
    public TimeSpan IdleHeartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether deletions are left out. Default: false.</summary>
    public bool IgnoreDeletes { get; init; }

    /// <summary>Whether the first entries are all entries that the bucket has, instead of the last one of each key. Default: false.</summary>
    public bool IncludeHistory { get; init; }

    /// <summary>Whether only entries are delivered that are written from now on. Default: false.</summary>
    public bool UpdatesOnly { get; init; }

    /// <summary>Whether entries are delivered without their values. Default: false.</summary>
    public bool MetaOnly { get; init; }

    /// <summary>
    /// Callback for the end of the first entries: those that the bucket had when the watch started. It is called exactly once, before the next
    /// entry, also when there are none; the enumeration ends when it returns true. Null: not called.
    /// </summary>
    public Func<CancellationToken, ValueTask<bool>>? OnNoData { get; init; }

    /// <summary>The revision of the first entry to deliver. Default: 0, as the other options specify. Mutually exclusive with them.</summary>
    public ulong ResumeAtRevision { get; init; }
}
