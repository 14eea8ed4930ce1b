namespace Earshot.JetStream;

/// <summary>Messages that a stream lost.</summary>
public record LostStreamData
{
    /// <summary>Their sequences.</summary>
    public ICollection<ulong>? Msgs { get; set; }

    /// <summary>Their size.</summary>
    public ulong Bytes { get; set; }
}
