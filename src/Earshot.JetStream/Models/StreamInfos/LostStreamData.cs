namespace Earshot.JetStream;

/// <summary>Messages that a stream lost because of damaged data on disk.</summary>
public record LostStreamData
{
    /// <summary>The sequences of the lost messages; null when there are none.</summary>
    public ICollection<ulong>? Msgs { get; set; }

    /// <summary>The total size of the lost messages, in bytes.</summary>
    public ulong Bytes { get; set; }
}
