namespace Earshot.Subscriptions;

/// <summary>
/// Reports when a subscription falls behind and when it has caught up: one event at the start, one when it is down to half
/// of its limits, dropped messages in between at most once a second. Written by the read loop, ended by the reader.
/// </summary>
internal sealed class SlowConsumerEpisode(INatsSub subscription, SubscriptionLimits limits, SubscriptionTable table)
{
    private static readonly TimeSpan s_reportEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new(); // the read loop and a reader; taken only while a subscription is slow
    private long _dropped;
    private long _droppedBefore; // at the start of the episode
    private long _droppedReported;
    private long _peak;
    private long _started; // timestamp of the episode
    private long _reported;
    private bool _isSlow;
    private bool _hasReported;

    public long Dropped => Volatile.Read(ref _dropped);

    public void OverLimit(long messages, long bytes)
    {
        lock (_gate)
        {
            _peak = Math.Max(_peak, messages);
            if (_isSlow)
            {
                return;
            }

            (_droppedBefore, _started) = (_dropped, table.Time.GetTimestamp());
            table.Journal.Append(new NatsSlowConsumerEvent
            {
                Subscription = subscription,
                Sid = subscription.Sid,
                Subject = subscription.Subject,
                PendingMessages = messages,
                PendingBytes = bytes,
                LimitMessages = limits.Messages,
                LimitBytes = limits.Bytes,
                Policy = limits.Policy,
            });
            Volatile.Write(ref _isSlow, true);
        }
    }

    public void MessageDropped(string subject, int size)
    {
        lock (_gate)
        {
            Volatile.Write(ref _dropped, _dropped + 1);
            table.CountDropped();
            ReportLocked(subject, size);
        }
    }

    public void MessageRead(long messages, long bytes)
    {
        if (!Volatile.Read(ref _isSlow) || messages > limits.Messages / 2 || bytes > limits.Bytes / 2)
        {
            return;
        }

        lock (_gate)
        {
            if (!_isSlow)
            {
                return;
            }

            Volatile.Write(ref _isSlow, false);
            if (_dropped > _droppedReported)
            {
                ReportLocked(subscription.Subject, 0);
            }

            table.Journal.Append(new NatsSlowConsumerRecoveredEvent
            {
                Subscription = subscription,
                Duration = table.Time.GetElapsedTime(_started),
                Dropped = _dropped - _droppedBefore,
                PeakPending = _peak,
            });
            _peak = 0;
        }
    }

    /// <summary>The subscription is over: an episode that is open ends with it.</summary>
    public void SubscriptionEnded() => MessageRead(0, 0);

    // What is not reported now is part of the next report; the sum over all reports never exceeds what was dropped.
    private void ReportLocked(string subject, int size)
    {
        if (!table.Journal.Wants(NatsEventKind.MessageDropped))
        {
            return;
        }

        long now = table.Time.GetTimestamp();
        if (_hasReported && table.Time.GetElapsedTime(_reported, now) < s_reportEvery)
        {
            return;
        }

        long since = _dropped - _droppedReported;
        (_hasReported, _droppedReported, _reported) = (true, _dropped, now);
        table.Journal.Append(new NatsMessageDroppedEvent
        {
            Subscription = subscription,
            Subject = subject,
            Size = size,
            DroppedSinceLast = since,
            DroppedTotal = _dropped,
            Reason = NatsMessageDropReason.QueueFull,
        });
    }
}
