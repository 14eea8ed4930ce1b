namespace Earshot.KeyValueStore;

/// <summary>The exception that is thrown when the entry that is read is a deletion: the key was deleted or purged, or has expired.</summary>
public class NatsKVKeyDeletedException : NatsKVException
{
    /// <summary>Initializes an exception with the revision of the deletion.</summary>
    /// <param name="revision">The revision of the deletion.</param>
    public NatsKVKeyDeletedException(ulong revision)
        : base($"The key was deleted at revision {revision}.") => Revision = revision;

    /// <summary>The revision of the deletion. An update with this revision creates the key again.</summary>
    public ulong Revision { get; }
}
