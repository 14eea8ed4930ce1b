using Earshot.Timing;

namespace Earshot.Lifecycle;

/// <summary>
/// The machine's timers, one entry of the shared queue for each kind. A firing counts only while the timer has not been stopped or
/// set anew since, also where it waits in the loop's queue behind the fact that stopped it.
/// </summary>
internal sealed class LoopTimers
{
    private readonly Entry[] _entries;
    private readonly TimerQueue _queue;
    private readonly TimeProvider _time;

    public LoopTimers(TimeProvider time, Action<Firing> fired)
    {
        (_time, _queue) = (time, TimerQueue.For(time));
        _entries = [.. Enum.GetValues<MachineTimer>().Select(timer => new Entry(fired, time))];
    }

    public void Set(MachineTimer timer, TimeSpan due)
    {
        long dueAt = _time.GetTimestamp() + (long)(due.TotalSeconds * _time.TimestampFrequency);
        _entries[(int)timer].Armed = new Firing(timer, dueAt);
        _queue.Schedule(_entries[(int)timer], due);
    }

    public void Stop(MachineTimer timer)
    {
        _entries[(int)timer].Armed = null;
        _queue.Cancel(_entries[(int)timer]);
    }

    public void StopAll()
    {
        foreach (MachineTimer timer in Enum.GetValues<MachineTimer>())
            Stop(timer);
    }

    /// <summary>Whether this firing is still wanted; it is then taken, so that each setting of a timer counts once. Loop only.</summary>
    public bool Take(Firing firing)
    {
        Entry entry = _entries[(int)firing.Timer];
        if (!ReferenceEquals(entry.Armed, firing))
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

    private sealed class Entry(Action<Firing> fired, TimeProvider time) : TimerEntry
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
            if (Armed is { } armed && armed.DueAt <= time.GetTimestamp() + (time.TimestampFrequency / 1000))
                fired(armed);
        }
    }
}
