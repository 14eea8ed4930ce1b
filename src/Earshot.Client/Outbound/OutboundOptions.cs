namespace Earshot.Outbound;

/// <summary>Limits of the outbound buffer.</summary>
internal sealed record OutboundOptions
{
    /// <summary>Bytes kept while there is no live session.</summary>
    public long Limit { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes that may gather behind a running write before publishers wait.</summary>
    public int WriteThreshold { get; init; } = 256 * 1024;

    /// <summary>
    /// Bytes that are worth a write of their own: a busy publisher that has gathered so many sends them itself. The array of 128 KiB
    /// holds them and a message more.
    /// </summary>
    public int WorthWriting { get; init; } = 112 * 1024;

    public OverflowPolicy Policy { get; init; } = OverflowPolicy.Wait;
}
