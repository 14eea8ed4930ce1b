using Earshot.Timing;

namespace Earshot.JetStream.Publishing;

/// <summary>Calls the engine when the earliest publish is due: one entry in the shared queue for all publishes of a connection.</summary>
internal sealed class PublishTimer(TimerQueue timers, Func<TimeSpan> now, Func<TimeSpan> sweep) : TimerEntry
{
    private static readonly TimeSpan s_resolution = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private TimeSpan _due = TimeSpan.MaxValue;

    /// <summary>A publish is due then.</summary>
    public void NeededAt(TimeSpan due)
    {
        if (due >= Peek())
        {
            return;
        }

        lock (_gate)
        {
            if (due < _due)
            {
                _due = due;
                TimeSpan left = due - now();
                timers.Schedule(this, left > s_resolution ? left : s_resolution);
            }
        }
    }

    /// <summary>The connection is over; the queue must not keep it.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _due = TimeSpan.MaxValue;
            timers.Cancel(this);
        }
    }

    protected override void Fire()
    {
        // First of all, so that a publish that begins during the sweep schedules for itself.
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
