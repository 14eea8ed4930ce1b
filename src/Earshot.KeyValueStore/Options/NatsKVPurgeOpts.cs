namespace Earshot.KeyValueStore;

/// <summary>Options of the removal of deleted keys from a bucket.</summary>
public record NatsKVPurgeOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsKVPurgeOpts Default = new();

    /// <summary>
    /// The age below which the marker of a deletion is kept, so that watches still receive it; the earlier entries of its key are removed
    /// nevertheless. Default: zero, all markers are removed.
    /// </summary>
    public TimeSpan DeleteMarkersThreshold { get; init; }
}
