namespace Earshot.Server.JetStream;

/// <summary>A message of a stream. There are many of them, so its times take as little memory as they can.</summary>
/// <param name="sequence">Its sequence in the stream.</param>
/// <param name="subject">Its subject.</param>
/// <param name="headers">Its block of headers; empty: none.</param>
/// <param name="payload">Its payload.</param>
/// <param name="time">When it was stored.</param>
internal sealed class StoredMessage(ulong sequence, byte[] subject, byte[] headers, byte[] payload, DateTimeOffset time)
{
    private const int MemoryOverhead = 16;
    private const int FileOverhead = 30;
    private const int FileHeadersOverhead = 4;

    private const long Never = long.MaxValue;

    private readonly long _time = time.UtcTicks;
    private readonly long _expires; // 0: it has no time to live

    public ulong Sequence => sequence;

    public byte[] Subject => subject;

    public byte[] Headers => headers;

    public byte[] Payload => payload;

    public DateTimeOffset Time => new(_time, TimeSpan.Zero);

    /// <summary>When it expires by its own time to live; null: it does not.</summary>
    public DateTimeOffset? Expires
    {
        get => _expires is 0 or Never ? null : new DateTimeOffset(_expires, TimeSpan.Zero);
        init => _expires = value?.UtcTicks ?? 0;
    }

    /// <summary>Whether its time to live is <c>never</c>: it does not expire by the age of its stream.</summary>
    public bool IsKept
    {
        get => _expires == Never;
        init => _expires = value ? Never : _expires;
    }

    /// <summary>Whether it is a schedule (ADR-51).</summary>
    public bool IsSchedule => HeaderBlock.TryFind(Headers, "Nats-Schedule"u8, out ReadOnlySpan<byte> pattern) && !pattern.IsEmpty;

    public int Length => Headers.Length + Payload.Length;

    /// <summary>The bytes that a server counts for it, which depend on the kind of its storage.</summary>
    public long StoredSize(bool isFile) => StoredSize(Subject.Length, Headers.Length, Payload.Length, isFile);

    /// <inheritdoc cref="StoredSize(bool)"/>
    public static long StoredSize(int subject, int headers, int payload, bool isFile) =>
        subject + headers + payload + (!isFile ? MemoryOverhead : headers > 0 ? FileOverhead + FileHeadersOverhead : FileOverhead);
}
