namespace Earshot.Dashboard.Timeline;

/// <summary>A connect attempt on the page.</summary>
internal sealed record PageAttempt(double Time, string Server, string? Error, int Count);
