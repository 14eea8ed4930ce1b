namespace Earshot.JetStream;

/// <summary>Limits of an account, -1 without a limit.</summary>
public record AccountLimits
{
    /// <summary>Most bytes in memory.</summary>
    public long MaxMemory { get; set; }

    /// <summary>Most bytes on disk.</summary>
    public long MaxStorage { get; set; }

    /// <summary>Most streams.</summary>
    public int MaxStreams { get; set; }

    /// <summary>Most consumers of one stream.</summary>
    public int MaxConsumers { get; set; }

    /// <summary>Highest limit of messages without an ack that a consumer may ask for.</summary>
    public int MaxAckPending { get; set; }

    /// <summary>Most bytes of one stream in memory.</summary>
    public long MemoryMaxStreamBytes { get; set; } = -1;

    /// <summary>Most bytes of one stream on disk.</summary>
    public long StorageMaxStreamBytes { get; set; } = -1;

    /// <summary>Each stream must have a limit of bytes.</summary>
    public bool MaxBytesRequired { get; set; }
}
