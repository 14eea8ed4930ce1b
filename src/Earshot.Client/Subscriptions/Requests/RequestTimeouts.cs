using Earshot.Timing;

namespace Earshot.Subscriptions;

/// <summary>Times out requests: one timer entry for all, at the earliest deadline.</summary>
/// <param name="gate">The lock of the inbox, under which requests begin.</param>
/// <param name="inbox">Where the requests wait.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestTimeouts(Lock gate, ReplyInbox inbox, TimeProvider time) : TimerEntry
{
    private static readonly TimeSpan s_resolution = TimeSpan.FromMilliseconds(5);

    private readonly TimerQueue _timers = TimerQueue.For(time);
    private long _dueAt = long.MaxValue;

    /// <summary>A request begins that times out then. Under the outbound lock.</summary>
    public void NeededAtLocked(long deadline, TimeSpan timeout)
    {
        if (deadline >= _dueAt)
        {
            return;
        }

        _dueAt = deadline;
        _timers.Schedule(this, timeout > s_resolution ? timeout : s_resolution);
    }

    /// <summary>All requests are about to be failed: nothing is due any more. Under the outbound lock.</summary>
    public void StopLocked()
    {
        _dueAt = long.MaxValue;
        _timers.Cancel(this);
    }

    protected override void Fire()
    {
        // First of all, so that a request that begins during the sweep schedules for itself.
        lock (gate)
        {
            _dueAt = long.MaxValue;
        }

        long now = time.GetTimestamp();
        long next = inbox.FailOverdue(now);
        if (next == long.MaxValue)
        {
            return;
        }

        lock (gate)
        {
            NeededAtLocked(next, time.GetElapsedTime(now, next));
        }
    }
}
