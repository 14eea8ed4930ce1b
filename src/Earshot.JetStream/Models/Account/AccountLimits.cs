namespace Earshot.JetStream;

/// <summary>JetStream limits of an account or of one of its tiers; -1 means no limit.</summary>
public record AccountLimits
{
    /// <summary>The maximum total size of streams in memory, in bytes.</summary>
    public long MaxMemory { get; set; }

    /// <summary>The maximum total size of streams on disk, in bytes.</summary>
    public long MaxStorage { get; set; }

    /// <summary>The maximum number of streams.</summary>
    public int MaxStreams { get; set; }

    /// <summary>The maximum number of consumers of one stream.</summary>
    public int MaxConsumers { get; set; }

    /// <summary>The highest <see cref="ConsumerConfig.MaxAckPending"/> that a consumer may have.</summary>
    public int MaxAckPending { get; set; }

    /// <summary>The maximum size of one stream in memory, in bytes. Default: -1.</summary>
    public long MemoryMaxStreamBytes { get; set; } = -1;

    /// <summary>The maximum size of one stream on disk, in bytes. Default: -1.</summary>
    public long StorageMaxStreamBytes { get; set; } = -1;

    /// <summary>Whether each stream must set <see cref="StreamConfig.MaxBytes"/>.</summary>
    public bool MaxBytesRequired { get; set; }
}
