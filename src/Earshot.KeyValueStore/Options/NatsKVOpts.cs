using System.ComponentModel;

namespace Earshot.KeyValueStore;

/// <summary>Options of a key-value store context.</summary>
public class NatsKVOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsKVOpts Default = new();

    /// <summary>Has no effect: a key is always part of the subject of its read, so that permissions can be given for it.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool UseDirectGetApiWithKeysInSubject { get; init; }

    /// <summary>Whether the enumeration of a watch throws when its token is cancelled. Default: true; otherwise the enumeration ends.</summary>
    public bool WatcherThrowOnCancellation { get; init; } = true;
}
