namespace Earshot.Dashboard.Timeline;

/// <summary>The time from the announcement of lame duck mode to the end of the session.</summary>
internal sealed record LameDuckPeriod(DateTimeOffset From, DateTimeOffset To, string Server);
