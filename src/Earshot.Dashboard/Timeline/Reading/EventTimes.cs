namespace Earshot.Dashboard.Timeline;

/// <summary>Puts the events of a recorded journal on the time axis.</summary>
internal static class EventTimes
{
    /// <summary>Returns the events with their times, by the rules of <see cref="EventClock"/>.</summary>
    internal static IReadOnlyList<TimedEvent> Of(IReadOnlyList<NatsConnectionEvent> events)
    {
        var clock = new EventClock();
        return [.. events.Select(clock.Next)];
    }
}
