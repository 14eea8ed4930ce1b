namespace Earshot.Server.JetStream;

/// <summary>A message of a stream.</summary>
/// <param name="Sequence">Its sequence in the stream.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Headers">Its block of headers; empty: none.</param>
/// <param name="Payload">Its payload.</param>
/// <param name="Time">When it was stored.</param>
internal sealed record StoredMessage(ulong Sequence, byte[] Subject, byte[] Headers, byte[] Payload, DateTimeOffset Time)
{
    private const int MemoryOverhead = 16;
    private const int FileOverhead = 30;
    private const int FileHeadersOverhead = 4;

    /// <summary>When it expires by its own time to live; null: never.</summary>
    public DateTimeOffset? Expires { get; init; }

    public int Length => Headers.Length + Payload.Length;

    /// <summary>The bytes that a server counts for it, which depend on the kind of its storage.</summary>
    public long StoredSize(bool isFile) => StoredSize(Subject.Length, Headers.Length, Payload.Length, isFile);

    /// <inheritdoc cref="StoredSize(bool)"/>
    public static long StoredSize(int subject, int headers, int payload, bool isFile) =>
        subject + headers + payload + (!isFile ? MemoryOverhead : headers > 0 ? FileOverhead + FileHeadersOverhead : FileOverhead);
}
