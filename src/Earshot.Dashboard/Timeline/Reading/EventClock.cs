namespace Earshot.Dashboard.Timeline;

/// <summary>
/// Puts the events of one journal on the time axis, one after another: the wall clock of the first event, and from there on the monotonic
/// time. A connection that was created again in the same file starts with its own wall clock.
/// </summary>
internal sealed class EventClock
{
    private DateTimeOffset _start;
    private (long Sequence, TimeSpan Elapsed)? _last;

    internal TimedEvent Next(NatsConnectionEvent e)
    {
        if (_last is not { } last || e.Sequence <= last.Sequence || e.Elapsed < last.Elapsed)
        {
            _start = e.Timestamp.UtcTicks >= e.Elapsed.Ticks ? e.Timestamp - e.Elapsed : DateTimeOffset.MinValue;
        }

        _last = (e.Sequence, e.Elapsed);
        return new TimedEvent(_start + e.Elapsed, e);
    }
}
