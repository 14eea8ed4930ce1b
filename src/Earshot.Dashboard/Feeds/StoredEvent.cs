using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Feeds;

/// <summary>An event in the list of all connections.</summary>
/// <param name="Id">Its number in the list, from 1 without gaps.</param>
/// <param name="Track">The index of its connection.</param>
/// <param name="Event">The event, already without what must not be shown.</param>
internal readonly record struct StoredEvent(long Id, int Track, TimedEvent Event);
