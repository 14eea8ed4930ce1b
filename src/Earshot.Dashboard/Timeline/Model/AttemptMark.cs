namespace Earshot.Dashboard.Timeline;

/// <summary>The end of a connect attempt.</summary>
/// <param name="Time">When its outcome was known.</param>
/// <param name="Server">The server that was dialled.</param>
/// <param name="Error">Phase and error of a failure; null for a session that was opened.</param>
/// <param name="Count">The number of attempts that one event represents.</param>
internal sealed record AttemptMark(DateTimeOffset Time, string Server, string? Error, int Count);
