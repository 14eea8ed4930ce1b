namespace Earshot.Dashboard.Timeline;

/// <summary>Several connections on one time axis.</summary>
internal sealed record TimelineModel(IReadOnlyList<Track> Tracks)
{
    public DateTimeOffset From { get; } = Tracks.Min(track => track.From);

    public DateTimeOffset To { get; } = Tracks.Max(track => track.To);

    /// <summary>All outages with their connections, in the order of their beginnings.</summary>
    public IReadOnlyList<(Track Track, Outage Outage)> Outages { get; } =
        [.. Tracks.SelectMany(track => track.Outages.Select(outage => (Track: track, Outage: outage))).OrderBy(pair => pair.Outage.From)];

    /// <summary>All events with their connections, in the order of their times.</summary>
    public IEnumerable<(Track Track, TimedEvent Event)> Events =>
        Tracks.SelectMany(track => track.Events.Select(e => (Track: track, Event: e))).OrderBy(pair => pair.Event.Time);
}
