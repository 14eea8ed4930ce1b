using System.Runtime.CompilerServices;
using Earshot.Protocol;

namespace Earshot.Timing;

/// <summary>
/// All deadlines of all connections on one clock: a binary heap and a single timer armed to the earliest of them, so that ten
/// thousand connections cost one timer. Does not keep entries alive beyond their schedule and does not know what they do.
/// </summary>
internal sealed class TimerQueue
{
    private static readonly TimeSpan s_longestArming = TimeSpan.FromDays(40);
    private static readonly ConditionalWeakTable<TimeProvider, TimerQueue> s_queues = [];

    private readonly Lock _lock = new();
    private readonly TimeProvider _provider;
    private readonly TimerHeap _heap = new();
    private readonly ITimer _timer;
    private long _order;
    private long _armedFor = long.MaxValue;
    private long _armRequests;
    private bool _arming;
    private bool _firing;

    private TimerQueue(TimeProvider provider)
    {
        _provider = provider;

        // The timer outlives its first caller; it must not keep that caller's async-locals alive nor run entries under them.
        bool flowing = !ExecutionContext.IsFlowSuppressed();
        if (flowing)
        {
            ExecutionContext.SuppressFlow();
        }

        try
        {
            _timer = provider.CreateTimer(
                static queue => ((TimerQueue)queue!).FireDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            if (flowing)
            {
                ExecutionContext.RestoreFlow();
            }
        }
    }

    /// <summary>How often an entry broke its contract and threw, and the last such exception; for tests and diagnosis.</summary>
    public long Faults { get; private set; }

    /// <inheritdoc cref="Faults"/>
    public Exception? LastFault { get; private set; }

    /// <summary>Number of entries waiting.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _heap.Count;
            }
        }
    }

    /// <summary>The one queue of this clock.</summary>
    [ForExtensions]
    public static TimerQueue For(TimeProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return s_queues.GetValue(provider, static p => new TimerQueue(p));
    }

    /// <summary>
    /// Makes the entry due after <paramref name="due"/>, in place of an earlier schedule of the same entry. A delay of zero or
    /// less is due with the next tick of the clock: an entry never fires from inside this call, so a caller may hold a lock.
    /// </summary>
    [ForExtensions]
    public void Schedule(TimerEntry entry, TimeSpan due) => ScheduleAt(entry, DueAt(due));

    /// <summary>The same with a timestamp of the clock, so that entries can be due at one moment. One that has passed is due with the next tick.</summary>
    public void ScheduleAt(TimerEntry entry, long dueAt)
    {
        bool arm;
        lock (_lock)
        {
            entry.Due = dueAt;
            entry.Order = _order++;
            _heap.Put(entry);
            arm = RequestArming();
        }

        if (arm)
        {
            Arm();
        }
    }

    /// <summary>Takes the entry out; false when it was not waiting (never scheduled, fired, or just being fired).</summary>
    [ForExtensions]
    public bool Cancel(TimerEntry entry)
    {
        // The timer is left armed: one early wake-up is cheaper than a change of the timer for every request that succeeds.
        lock (_lock)
        {
            return _heap.Remove(entry);
        }
    }

    private long DueAt(TimeSpan due)
    {
        long now = _provider.GetTimestamp();
        return due.Ticks <= 0 ? now + 1 : Math.Min(DueTime.After(_provider, now, due), DueTime.Never - 1);
    }

    // Under the lock. While entries are being fired nothing is armed: the firing loop arms once, when it has caught up.
    private bool RequestArming()
    {
        if (_firing || _heap.Count == 0 || _heap.First.Due >= _armedFor)
        {
            return false;
        }

        _armedFor = _heap.First.Due;
        _armRequests++;
        if (_arming)
        {
            return false;
        }

        _arming = true;
        return true;
    }

    // Outside the lock, because a test clock may run the timer's callback inside Change. One thread arms at a time and continues
    // until it has served the latest request, so a later due time can never overwrite an earlier one.
    private void Arm()
    {
        while (true)
        {
            long request;
            long target;
            lock (_lock)
            {
                request = _armRequests;
                target = _armedFor;
            }

            if (target != long.MaxValue)
            {
                _timer.Change(Until(target), Timeout.InfiniteTimeSpan);
            }

            lock (_lock)
            {
                if (_armRequests == request)
                {
                    _arming = false;
                    return;
                }
            }
        }
    }

    private TimeSpan Until(long target)
    {
        long now = _provider.GetTimestamp();
        if (target <= now)
        {
            return TimeSpan.FromTicks(1);
        }

        // A timer takes at most 2^32 - 2 ms; an early wake-up arms again for the rest.
        TimeSpan remaining = _provider.GetElapsedTime(now, target);
        remaining = TimeSpan.FromTicks(Math.Clamp(remaining.Ticks, 1, s_longestArming.Ticks));

        // The system's timer counts whole milliseconds and cuts the rest off: it would fire early and spin until due.
        return ReferenceEquals(_provider, TimeProvider.System)
            ? TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds))
            : remaining;
    }

    private void FireDue()
    {
        lock (_lock)
        {
            _armedFor = long.MaxValue;
            if (_firing)
            {
                return;
            }

            _firing = true;
        }

        bool arm;
        while (TakeDue(out arm) is { } entry)
        {
            Run(entry);
        }

        if (arm)
        {
            Arm();
        }
    }

    private TimerEntry? TakeDue(out bool arm)
    {
        lock (_lock)
        {
            arm = false;
            if (_heap.Count > 0 && _heap.First.Due <= _provider.GetTimestamp())
            {
                TimerEntry first = _heap.First;
                _heap.Remove(first);
                return first;
            }

            _firing = false;
            arm = RequestArming();
            return null;
        }
    }

    private void Run(TimerEntry entry)
    {
        try
        {
            entry.Run();
        }
        catch (Exception exception)
        {
            // One faulty entry must not silence the deadlines of every other connection.
            Faults++;
            LastFault = exception;
        }
    }
}
