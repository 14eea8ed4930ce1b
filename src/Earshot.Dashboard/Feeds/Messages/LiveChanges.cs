using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Feeds;

/// <summary>What has changed since a viewer's position.</summary>
/// <param name="Length">The length of the time axis, in seconds.</param>
internal sealed record LiveChanges(double Length)
{
    /// <summary>New events, in the order of their arrival.</summary>
    public IReadOnlyList<PageEvent>? Events { get; init; }

    /// <summary>Connections that are new or have changed.</summary>
    public IReadOnlyList<ChangedTrack>? Tracks { get; init; }

    /// <summary>Connections whose state or rates have changed.</summary>
    public IReadOnlyList<NowRow>? Now { get; init; }

    /// <summary>Connections above the limit, which are not followed.</summary>
    public int NotShown { get; init; }

    /// <summary>Events that cannot be shown.</summary>
    public long EventsNotShown { get; init; }

    /// <summary>The position of a viewer that has received this; not part of the JSON.</summary>
    internal ViewerPosition Position { get; init; }

    /// <summary>The number of the sample in <see cref="Now"/>.</summary>
    internal long Sample { get; init; }
}
