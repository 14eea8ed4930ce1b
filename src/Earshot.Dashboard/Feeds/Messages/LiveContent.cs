using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Feeds;

/// <summary>What the live page draws first: the content of a timeline, and the connections at this moment.</summary>
/// <param name="Start">The beginning of the time axis, in milliseconds since 1970 UTC.</param>
/// <param name="Length">The length of the time axis so far, in seconds.</param>
/// <param name="Tracks">The connections.</param>
/// <param name="Outages">The outages of all connections, by time.</param>
/// <param name="Events">The newest events of all connections, by time.</param>
internal sealed record LiveContent(
    double Start, double Length, IReadOnlyList<PageTrack> Tracks, IReadOnlyList<PageOutage> Outages, IReadOnlyList<PageEvent> Events)
    : PageContent(Start, Length, Tracks, Outages, Events)
{
    /// <summary>What the viewer has received with this content.</summary>
    public required string Position { get; init; }

    /// <summary>The path of the page, for its requests.</summary>
    public required string Path { get; init; }

    /// <summary>The connections at this moment.</summary>
    public required IReadOnlyList<NowRow> Now { get; init; }

    /// <summary>Events that are kept and are not in <see cref="PageContent.Events"/>.</summary>
    public long OlderEvents { get; init; }

    /// <summary>Connections above the limit, which are not followed.</summary>
    public int NotShown { get; init; }

    /// <summary>The same content for a file, which does not change any more.</summary>
    internal PageContent AsFile() => new(Start, Length, Tracks, Outages, Events) { EventsNotShown = EventsNotShown };
}
