using Earshot.Connections;
using Earshot.Timing;

namespace Earshot.JetStream.Publishing;

/// <summary>Calls the engine when the earliest publish is due. One entry in the shared timer queue for all publishes of a connection.</summary>
internal sealed class PublishTimer(ConnectionPort port, Func<TimeSpan> now, Func<TimeSpan> sweep) : TimerEntry
{
    private static readonly TimeSpan s_resolution = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private TimeSpan _due = TimeSpan.MaxValue;

    /// <summary>Schedules a call at the due time of a publish. Does nothing when the connection has ended: nothing waits then.</summary>
    public void NeededAt(TimeSpan due)
    {
        if (due >= Peek() || port.IsOver)
        {
            return;
        }

        lock (_gate)
        {
            if (due < _due)
            {
                _due = due;
                TimeSpan left = due - now();
                port.Timers.Schedule(this, left > s_resolution ? left : s_resolution);
            }
        }

        if (port.IsOver)
        {
            Stop(); // it has ended since
        }
    }

    /// <summary>Cancels the timer when the connection has ended, so that the queue does not keep the connection alive.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _due = TimeSpan.MaxValue;
            port.Timers.Cancel(this);
        }
    }

    protected override void Fire()
    {
        // First, so that a publish that starts during the sweep schedules its own call.
        lock (_gate)
        {
            _due = TimeSpan.MaxValue;
        }

        NeededAt(sweep());
    }

    private TimeSpan Peek()
    {
        lock (_gate)
        {
            return _due;
        }
    }
}
