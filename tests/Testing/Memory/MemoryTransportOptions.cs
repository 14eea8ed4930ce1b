namespace Earshot.Testing;

/// <summary>How an in-memory connection behaves; by default it accepts everything immediately.</summary>
internal sealed record MemoryTransportOptions
{
    public static readonly MemoryTransportOptions Default = new();

    /// <summary>The most bytes one receive returns; 1 cuts the stream at every position. Null: as many as fit.</summary>
    public int? ChunkSize { get; init; }

    /// <summary>Bytes that may lie unread in one direction before a send waits, like the buffers of a kernel.</summary>
    public int Capacity { get; init; } = int.MaxValue;
}
