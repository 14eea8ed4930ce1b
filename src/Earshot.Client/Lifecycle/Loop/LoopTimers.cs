using Earshot.Timing;

namespace Earshot.Lifecycle;

/// <summary>
/// The machine's timers, one entry of the shared queue for each kind. A firing counts only while the timer has not been stopped or
/// set anew since, also where it waits in the loop's queue behind the fact that stopped it.
/// </summary>
internal sealed class LoopTimers
{
    // A connection at rest needs one or none of them.
    private readonly Entry?[] _entries = new Entry?[Enum.GetValues<MachineTimer>().Length];
    private readonly Action<Firing> _fired;
    private readonly TimerQueue _queue;
    private readonly TimeProvider _time;

    public LoopTimers(TimeProvider time, Action<Firing> fired)
    {
        (_time, _queue, _fired) = (time, TimerQueue.For(time), fired);
    }

    public void Set(MachineTimer timer, TimeSpan due)
    {
        long dueAt = _time.GetTimestamp() + (long)(due.TotalSeconds * _time.TimestampFrequency);
        Entry entry = _entries[(int)timer] ??= new Entry(this);
        entry.Armed = new Firing(timer, dueAt);
        _queue.Schedule(entry, due);
    }

    public void Stop(MachineTimer timer)
    {
        if (_entries[(int)timer] is not { } entry)
            return;
        entry.Armed = null;
        _queue.Cancel(entry);
    }

    public void StopAll()
    {
        foreach (MachineTimer timer in Enum.GetValues<MachineTimer>())
            Stop(timer);
    }

    /// <summary>Whether this firing is still wanted; it is then taken, so that each setting of a timer counts once. Loop only.</summary>
    public bool Take(Firing firing)
    {
        if (_entries[(int)firing.Timer] is not { } entry || !ReferenceEquals(entry.Armed, firing))
            return false;
        entry.Armed = null;
        return true;
    }

    /// <summary>One setting of a timer; its identity tells a late firing from a current one.</summary>
    internal sealed class Firing(MachineTimer timer, long dueAt)
    {
        public MachineTimer Timer => timer;

        public long DueAt => dueAt;
    }

    private sealed class Entry(LoopTimers timers) : TimerEntry
    {
        private Firing? _armed;

        public Firing? Armed
        {
            get => Volatile.Read(ref _armed);
            set => Volatile.Write(ref _armed, value);
        }

        protected override void Fire()
        {
            // A call that was already under way when the timer was set anew; one millisecond allows for rounding.
            if (Armed is { } armed && armed.DueAt <= timers._time.GetTimestamp() + (timers._time.TimestampFrequency / 1000))
                timers._fired(armed);
        }
    }
}
