namespace Earshot.ObjectStore;

/// <summary>Options of a watch of a bucket.</summary>
public record NatsObjWatchOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsObjWatchOpts Default = new();

    /// <summary>Whether deleted objects are left out. Default: false.</summary>
    public bool IgnoreDeletes { get; init; }

    /// <summary>Whether all stored changes come first, instead of the last one of each object. Default: false. A bucket normally keeps only the last one.</summary>
    public bool IncludeHistory { get; init; }

    /// <summary>Whether only changes are delivered that are made from now on. Default: false.</summary>
    public bool UpdatesOnly { get; init; }

    /// <summary>Whether the watch ends after the objects that the bucket had when it started. Default: false.</summary>
    public bool InitialSetOnly { get; init; }

    /// <summary>
    /// Callback for the end of the first objects: those that the bucket had when the watch started. It is called exactly once, before the next
    /// change, also when there are none; the watch ends when it returns true. Null: not called.
    /// </summary>
    public Func<CancellationToken, ValueTask<bool>>? OnNoData { get; init; }
}
