namespace Earshot.KeyValueStore;

/// <summary>The limits of key-value stores.</summary>
public static class NatsKVDefaults
{
    /// <summary>The maximum number of entries that a bucket keeps for each key.</summary>
    public const int MaxHistory = 64;
}
