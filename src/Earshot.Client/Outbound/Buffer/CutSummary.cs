namespace Earshot.Outbound;

/// <summary>What a lost session left behind in the outbound buffer.</summary>
/// <param name="PendingMessages">Publishes kept for the next session: no byte of them was handed to the transport.</param>
/// <param name="PendingBytes">Their bytes.</param>
/// <param name="UnknownMessages">Publishes in the write that failed: they may have reached the server and are not sent again.</param>
/// <param name="UnknownBytes">Their bytes.</param>
/// <param name="KeptFrom">Number of the first kept publish; earlier ones are gone.</param>
internal readonly record struct CutSummary(long PendingMessages, long PendingBytes, long UnknownMessages, long UnknownBytes, long KeptFrom);
