namespace Earshot.Dashboard.Timeline;

/// <summary>An event with its place on the time axis that all journals share.</summary>
/// <param name="Time">The time in UTC; within a connection it never goes backwards, also when the wall clock did.</param>
/// <param name="Event">The event.</param>
internal sealed record TimedEvent(DateTimeOffset Time, NatsConnectionEvent Event);
