using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Fleets;

/// <summary>A row of the picture: a server, a connection, or a heading without a band.</summary>
internal sealed record FleetTrack(string Name, IReadOnlyList<PageSpan> Periods, IReadOnlyList<PageSpan> LameDucks) : PageTrack(Name, Periods, LameDucks, [], [])
{
    /// <summary>The level of a heading; 0 for others.</summary>
    public int Level { get; init; }
}
