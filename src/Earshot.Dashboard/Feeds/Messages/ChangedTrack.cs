using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Feeds;

/// <summary>A connection with its outages, in place of what the viewer has of it.</summary>
internal sealed record ChangedTrack(int Index, PageTrack Track, IReadOnlyList<PageOutage> Outages);
