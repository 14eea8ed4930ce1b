namespace Earshot.KeyValueStore;

/// <summary>Where the entries of a bucket are stored.</summary>
public enum NatsKVStorageType
{
    /// <summary>The entries are stored on disk.</summary>
    File = 0,

    /// <summary>The entries are stored in memory and are lost when the servers stop.</summary>
    Memory = 1,
}
