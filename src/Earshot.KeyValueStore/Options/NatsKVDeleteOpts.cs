namespace Earshot.KeyValueStore;

/// <summary>Options of the deletion of a key.</summary>
public record NatsKVDeleteOpts
{
    /// <summary>An instance with the default options.</summary>
    internal static readonly NatsKVDeleteOpts Default = new();

    /// <summary>Whether the earlier entries of the key are removed. Default: false, the history is kept.</summary>
    public bool Purge { get; init; }

    /// <summary>The key is deleted only if this is its last revision. Default: 0, no condition.</summary>
    public ulong Revision { get; init; }
}
