namespace Earshot.Outbound;

/// <summary>What a lost session left behind in the outbound buffer.</summary>
/// <param name="PendingMessages">Publishes kept for the next session: no byte of them was handed to the transport.</param>
/// <param name="PendingBytes">Their bytes.</param>
/// <param name="UnknownMessages">Publishes in the write that failed: they may have reached the server and are not sent again.</param>
/// <param name="UnknownBytes">Their bytes.</param>
/// <param name="KeptFrom">Number of the first kept publish; earlier ones are not kept.</param>
internal readonly record struct UnsentSummary(long PendingMessages, long PendingBytes, long UnknownMessages, long UnknownBytes, long KeptFrom)
{
    /// <summary>Publishes that were written, at least in part, and that no PONG has covered; those of the write that failed are among them.</summary>
    public long UncertainMessages { get; init; }

    /// <summary>Bytes written since the last position that a PONG has covered, frames of the protocol between the publishes included; 0 without such publishes.</summary>
    public long UncertainBytes { get; init; }
}
