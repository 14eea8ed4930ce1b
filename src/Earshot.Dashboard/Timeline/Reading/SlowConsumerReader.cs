namespace Earshot.Dashboard.Timeline;

/// <summary>Reads the times of slow consumers from events.</summary>
internal static class SlowConsumerReader
{
    internal static IReadOnlyList<SlowConsumerPeriod> Read(IReadOnlyList<TimedEvent> events, DateTimeOffset until)
    {
        var periods = new List<SlowConsumerPeriod>();
        var open = new Dictionary<string, SlowConsumerPeriod>(StringComparer.Ordinal);
        foreach (TimedEvent e in events)
        {
            switch (e.Event)
            {
                case NatsSlowConsumerEvent slow:
                    open.TryAdd(slow.Sid, new SlowConsumerPeriod(e.Time, e.Time, $"{slow.Subject} (sid {slow.Sid})", 0));
                    break;
                case NatsMessageDroppedEvent dropped when open.TryGetValue(dropped.Subscription.Sid, out SlowConsumerPeriod? current):
                    open[dropped.Subscription.Sid] = current with { Dropped = current.Dropped + dropped.DroppedSinceLast };
                    break;
                case NatsSlowConsumerRecoveredEvent recovered:
                    End(recovered.Subscription.Sid, e.Time, recovered.Dropped);
                    break;
                case NatsSubscriptionRemovedEvent removed:
                    End(removed.Sid, e.Time, 0);
                    break;
                case NatsClosedEvent:
                    EndAll(e.Time);
                    break;
            }
        }

        EndAll(until);
        return [.. periods.OrderBy(period => period.From)];

        void End(string sid, DateTimeOffset time, long dropped)
        {
            if (open.Remove(sid, out SlowConsumerPeriod? ended))
            {
                periods.Add(ended with { To = time, Dropped = Math.Max(ended.Dropped, dropped) });
            }
        }

        void EndAll(DateTimeOffset time)
        {
            foreach (string sid in open.Keys.ToArray())
            {
                End(sid, time, 0);
            }
        }
    }
}
