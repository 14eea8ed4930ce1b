using Earshot.Events;

namespace Earshot.Subscriptions;

/// <summary>
/// Reports when a subscription falls behind and when it has caught up: one event at the start, one when it is down to half
/// of its limits, dropped messages in between at most once a second. Written by the read loop, ended by the reader.
/// </summary>
internal sealed class SlowConsumerEpisode(INatsSub subscription, SubscriptionLimits limits, SubscriptionTable table)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);

    private long _dropped;
    private long _droppedBefore; // at the start of the episode
    private long _droppedReported;
    private long _peak;
    private long _started; // timestamp; 0 = no episode
    private long _reported;

    public long Dropped => Volatile.Read(ref _dropped);

    public void OverLimit(long messages, long bytes)
    {
        _peak = Math.Max(_peak, messages);
        if (Volatile.Read(ref _started) != 0)
            return;
        _droppedBefore = _dropped;
        Volatile.Write(ref _started, table.Time.GetTimestamp());
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
    }

    public void MessageDropped(string subject, int size)
    {
        Volatile.Write(ref _dropped, _dropped + 1);
        table.CountDropped();
        if (!table.Journal.Wants(NatsEventKind.MessageDropped))
            return;
        long now = table.Time.GetTimestamp();
        if (_reported != 0 && table.Time.GetElapsedTime(_reported, now) < ReportEvery)
            return;
        Report(subject, size, now);
    }

    public void MessageRead(long messages, long bytes)
    {
        long started = Volatile.Read(ref _started);
        if (started == 0 || messages > limits.Messages / 2 || bytes > limits.Bytes / 2)
            return;
        if (Interlocked.Exchange(ref _started, 0) == 0)
            return;
        long dropped = Dropped - _droppedBefore;
        if (Dropped > _droppedReported && table.Journal.Wants(NatsEventKind.MessageDropped))
            Report(subscription.Subject, 0, table.Time.GetTimestamp());
        table.Journal.Append(new NatsSlowConsumerRecoveredEvent
        {
            Subscription = subscription,
            Duration = table.Time.GetElapsedTime(started),
            Dropped = dropped,
            PeakPending = _peak,
        });
        _peak = 0;
    }

    private void Report(string subject, int size, long now)
    {
        long since = Dropped - _droppedReported;
        (_droppedReported, _reported) = (Dropped, now);
        table.Journal.Append(new NatsMessageDroppedEvent
        {
            Subscription = subscription,
            Subject = subject,
            Size = size,
            DroppedSinceLast = since,
            DroppedTotal = Dropped,
            Reason = DropReason.QueueFull,
        });
    }
}
