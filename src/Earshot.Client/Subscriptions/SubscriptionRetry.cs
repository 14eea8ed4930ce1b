using Earshot.Timing;

namespace Earshot.Subscriptions;

/// <summary>Subscribes a refused subscription again, with growing waits. One timer entry; it decides nothing but when.</summary>
internal sealed class SubscriptionRetry(Subscription subscription, SubscriptionTable table) : TimerEntry
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new(); // the read loop, the timer and the end of the subscription
    private int _attempts;
    private long _subscribedAt;
    private Exception? _refusal;
    private bool _isStopped;

    /// <summary>Why the server refused it; null while it is not known to be refused.</summary>
    public Exception? Refusal => Volatile.Read(ref _refusal);

    /// <summary>The server has refused the subscription.</summary>
    public void Refused(Exception exception)
    {
        TimeSpan delay;
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            if (_refusal is null && _attempts > 0 && table.Time.GetElapsedTime(_subscribedAt) > s_longest)
            {
                _attempts = 0; // the last attempt was accepted
            }

            _refusal = exception;
            delay = s_first * Math.Pow(2, Math.Min(_attempts, 10));
            delay = delay < s_longest ? delay : s_longest;
            _attempts++;
            TimerQueue.For(table.Time).Schedule(this, delay);
        }

        table.Journal.Append(new NatsSubscriptionRetryingEvent { Subscription = subscription, Exception = exception, Attempt = _attempts, Delay = delay });
    }

    /// <summary>Permissions may have changed: a pending retry is made immediately.</summary>
    public void RetryNow()
    {
        lock (_gate)
        {
            if (!_isStopped && _refusal is not null)
            {
                TimerQueue.For(table.Time).Schedule(this, TimeSpan.Zero);
            }
        }
    }

    /// <summary>The subscription has ended.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            TimerQueue.For(table.Time).Cancel(this);
        }
    }

    protected override void Fire()
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            (_refusal, _subscribedAt) = (null, table.Time.GetTimestamp());
        }

        table.SubscribeAgain(subscription);
    }
}
