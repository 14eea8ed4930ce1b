namespace Earshot.Dashboard.Timeline;

/// <summary>What the script of the page draws. Times are seconds since <see cref="Start"/>.</summary>
/// <param name="Start">The beginning of the time axis, in milliseconds since 1970 UTC.</param>
/// <param name="Length">The length of the time axis.</param>
/// <param name="Tracks">The connections.</param>
/// <param name="Outages">The outages of all connections, by time.</param>
/// <param name="Events">The events of all connections, by time.</param>
internal record PageContent(
    double Start, double Length, IReadOnlyList<PageTrack> Tracks, IReadOnlyList<PageOutage> Outages, IReadOnlyList<PageEvent> Events)
{
    /// <summary>Events that cannot be shown.</summary>
    public long EventsNotShown { get; init; }
}
