namespace Earshot.KeyValueStore;

/// <summary>What a watch delivers next.</summary>
public enum NatsKVWatchEvent
{
    /// <summary>An entry was written, or belongs to the first entries of the watch.</summary>
    Entry = 0,

    /// <summary>All entries that the bucket had when the watch started were delivered. Once, and once more after each <see cref="Reset"/>.</summary>
    Synced,

    /// <summary>
    /// The bucket lost entries that the watch has delivered, or was created again. Forget them: the entries that follow replace them. A watch
    /// of updates only, or from a revision, continues with what was written after its last entry.
    /// </summary>
    Reset,
}
