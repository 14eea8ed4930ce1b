using Earshot.Outbound;
using Earshot.Sessions;
using Earshot.Subscriptions;

namespace Earshot.Lifecycle;

/// <summary>
/// Lets what is on its way arrive: the server is asked to send no more, everything received is read by the application, and
/// everything published reaches the server.
/// </summary>
internal sealed class DrainProcedure(SessionParts parts, IFactSink facts)
{
    public async Task DrainAllAsync(BeginDrainSubscriptions order)
    {
        Subscription[] subscriptions = [.. parts.Subscriptions.Snapshot().OfType<Subscription>()];
        long delivered = subscriptions.Sum(subscription => subscription.Stats.Delivered);
        bool inTime = await DrainAsync(subscriptions, order.Timeout).ConfigureAwait(false);
        DrainRemainder[] remaining = inTime
            ? []
            : [.. subscriptions.Where(s => s.PendingMessages > 0).Select(s => new DrainRemainder(s.Sid, s.Subject, s.PendingMessages))];
        facts.Post(new SubscriptionsDrained(
            inTime ? DrainOutcome.Clean : DrainOutcome.TimedOut,
            subscriptions.Sum(subscription => subscription.Stats.Delivered) - delivered,
            [.. remaining]));
    }

    /// <summary>Reports nothing when the session is lost meanwhile: that is reported anyway, and the next session finishes the drain.</summary>
    public async Task DrainPublishersAsync(BeginDrainPublishers order)
    {
        if (parts.Pings.Send(inline: true) is not { } barrier)
        {
            return;
        }

        await barrier.Answered.WaitAsync(order.Timeout, parts.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!barrier.Answered.IsFaulted)
        {
            facts.Post(new PublishersDrained(order.SessionId, barrier.Answered.IsCompletedSuccessfully));
        }
    }

    /// <summary>Drains some subscriptions; false when the application has not read everything in time.</summary>
    public async Task<bool> DrainAsync(IReadOnlyCollection<Subscription> subscriptions, TimeSpan timeout)
    {
        long started = parts.Time.GetTimestamp();
        if (Unsubscribe(subscriptions) is { } barrier)
        {
            await barrier.Answered.WaitAsync(timeout, parts.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (Subscription subscription in subscriptions)
        {
            subscription.End(NatsSubEndReason.Drained, null);
        }

        TimeSpan left = timeout - parts.Time.GetElapsedTime(started);
        var read = Task.WhenAll(subscriptions.Select(subscription => subscription.Completion));
        if (left > TimeSpan.Zero)
        {
            await read.WaitAsync(left, parts.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return read.IsCompleted;
    }

    private PingWaiter? Unsubscribe(IReadOnlyCollection<Subscription> subscriptions)
    {
        IFlusher? start;
        PingWaiter barrier;
        using (parts.Outbound.Gate.EnterScope())
        {
            foreach (Subscription subscription in subscriptions)
            {
                subscription.StopWanting();
            }

            if (!parts.Outbound.IsAttached)
            {
                return null;
            }

            start = parts.Subscriptions.WriteUnsubscribeLocked(subscriptions);
            barrier = parts.Pings.EnqueueLocked();
            start = parts.Pings.WriteLocked() ?? start;
        }

        start?.Start(inline: true);
        return barrier;
    }
}
