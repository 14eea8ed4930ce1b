namespace Earshot.Dashboard.Timeline;

/// <summary>A connection on the page.</summary>
internal record PageTrack(
    string Name, IReadOnlyList<PageSpan> Periods, IReadOnlyList<PageSpan> LameDucks, IReadOnlyList<PageSpan> SlowConsumers, IReadOnlyList<PageAttempt> Attempts);
