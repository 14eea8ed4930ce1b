using Earshot.Timing;

namespace Earshot.Lifecycle;

/// <summary>The machine's timers, one entry of the shared queue for each kind. A timer that was stopped or set anew does not fire.</summary>
internal sealed class LoopTimers
{
    private readonly Entry[] _entries;
    private readonly TimerQueue _queue;

    public LoopTimers(TimeProvider time, Action<MachineTimer> fired)
    {
        _queue = TimerQueue.For(time);
        _entries = [.. Enum.GetValues<MachineTimer>().Select(timer => new Entry(timer, fired, time))];
    }

    public void Set(MachineTimer timer, TimeSpan due)
    {
        Entry entry = _entries[(int)timer];
        entry.DueIn(due);
        _queue.Schedule(entry, due);
    }

    public void Stop(MachineTimer timer)
    {
        _entries[(int)timer].Disarm();
        _queue.Cancel(_entries[(int)timer]);
    }

    public void StopAll()
    {
        foreach (MachineTimer timer in Enum.GetValues<MachineTimer>())
            Stop(timer);
    }

    private sealed class Entry(MachineTimer timer, Action<MachineTimer> fired, TimeProvider time) : TimerEntry
    {
        private long _dueAt = long.MaxValue;

        public void DueIn(TimeSpan due) => Volatile.Write(ref _dueAt, time.GetTimestamp() + (long)(due.TotalSeconds * time.TimestampFrequency));

        public void Disarm() => Volatile.Write(ref _dueAt, long.MaxValue);

        protected override void Fire()
        {
            long dueAt = Volatile.Read(ref _dueAt);
            // A call that was already under way when the timer was stopped or set anew; one millisecond allows for rounding.
            if (dueAt > time.GetTimestamp() + (time.TimestampFrequency / 1000))
                return;
            if (Interlocked.CompareExchange(ref _dueAt, long.MaxValue, dueAt) == dueAt)
                fired(timer);
        }
    }
}
