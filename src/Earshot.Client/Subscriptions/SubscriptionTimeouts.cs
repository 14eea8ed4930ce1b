using Earshot.Timing;

namespace Earshot.Subscriptions;

/// <summary>Ends a subscription that was given times: in all, until its first message, between messages. One timer entry.</summary>
internal sealed class SubscriptionTimeouts(Subscription subscription, TimeProvider time, TimeSpan? idle) : TimerEntry
{
    private readonly TimerQueue _timers = TimerQueue.For(time);
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _totalDue = TimeSpan.MaxValue;
    private TimeSpan _startUpDue = TimeSpan.MaxValue;
    private long _lastArrival;

    public void Start(TimeSpan? total, TimeSpan? startUp)
    {
        _totalDue = total ?? TimeSpan.MaxValue;
        _startUpDue = startUp ?? TimeSpan.MaxValue;
        ScheduleNext(TimeSpan.Zero);
    }

    public void MessageArrived() => Volatile.Write(ref _lastArrival, time.GetTimestamp());

    public void Stop() => _timers.Cancel(this);

    protected override void Fire()
    {
        if (subscription.EndReason != NatsSubEndReason.None)
        {
            return;
        }

        TimeSpan now = time.GetElapsedTime(_started);
        if (now >= _totalDue)
        {
            subscription.End(NatsSubEndReason.Timeout, null);
        }
        else if (!subscription.HasReceived && now >= _startUpDue)
        {
            subscription.End(NatsSubEndReason.StartUpTimeout, null);
        }
        else if (now >= IdleDue())
        {
            subscription.End(NatsSubEndReason.IdleTimeout, null);
        }
        else
        {
            ScheduleNext(now);
        }
    }

    private void ScheduleNext(TimeSpan now)
    {
        TimeSpan due = _totalDue;
        if (!subscription.HasReceived && _startUpDue < due)
        {
            due = _startUpDue;
        }

        if (IdleDue() < due)
        {
            due = IdleDue();
        }

        if (due < TimeSpan.MaxValue)
        {
            _timers.Schedule(this, due > now ? due - now : TimeSpan.Zero);
            if (subscription.EndReason != NatsSubEndReason.None)
            {
                _timers.Cancel(this); // it ended meanwhile and has cancelled already
            }
        }
    }

    private TimeSpan IdleDue()
    {
        if (idle is not { } limit)
        {
            return TimeSpan.MaxValue;
        }

        long last = Volatile.Read(ref _lastArrival);
        return DueTime.Sum(last == 0 ? TimeSpan.Zero : time.GetElapsedTime(_started, last), limit);
    }
}
