namespace Earshot.KeyValueStore;

/// <summary>The operation that wrote an entry.</summary>
public enum NatsKVOperation
{
    /// <summary>The key has a value.</summary>
    Put = 0,

    /// <summary>The key was deleted; its history is kept.</summary>
    Del = 1,

    /// <summary>The key was deleted with its history, or its last entry has expired.</summary>
    Purge = 2,
}
