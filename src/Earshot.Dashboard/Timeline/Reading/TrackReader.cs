namespace Earshot.Dashboard.Timeline;

/// <summary>Reads from the events of a connection what it went through.</summary>
internal static class TrackReader
{
    /// <summary>Returns a recorded connection; it ends with its last event.</summary>
    /// <param name="name">The name of the connection.</param>
    /// <param name="events">At least one event, in the order of the sequence numbers.</param>
    internal static Track Read(string name, IReadOnlyList<NatsConnectionEvent> events)
    {
        IReadOnlyList<TimedEvent> timed = EventTimes.Of(events);
        return Read(name, timed, timed[^1].Time);
    }

    /// <summary>Returns a connection whose last state lasts until a given time.</summary>
    internal static Track Read(string name, IReadOnlyList<TimedEvent> events, DateTimeOffset until) => new()
    {
        Name = name,
        Events = events,
        To = until,
        Periods = PeriodReader.States(events, until),
        Attempts = AttemptReader.Read(events),
        LameDucks = PeriodReader.LameDucks(events, until),
        SlowConsumers = SlowConsumerReader.Read(events, until),
        Outages = OutageReader.Read(events),
    };
}
