using Earshot.Outbound;
using Earshot.Sessions;
using Earshot.Subscriptions;

namespace Earshot.Lifecycle;

/// <summary>
/// The drain: the subscriptions are unsubscribed, messages in flight arrive, everything received is read by the application, and
/// everything published is flushed to the server.
/// </summary>
internal sealed class DrainProcedure(SessionParts parts, IMachineInputSink facts, ActiveDrains drains)
{
    public async Task DrainAllAsync(BeginDrainSubscriptions order)
    {
        long started = parts.Time.GetTimestamp();
        CancellationToken end = drains.ConnectionEnd;
        if (parts.UsedExtensions is { } extensions)
        {
            await extensions.DrainAsync(order.Timeout, parts.Time, end).ConfigureAwait(false);
        }

        TimeSpan left = order.Timeout - parts.Time.GetElapsedTime(started);
        Subscription[] subscriptions = [.. parts.Subscriptions.Snapshot().OfType<Subscription>()];
        drains.BeginConnection(subscriptions);
        long delivered = subscriptions.Sum(subscription => subscription.Stats.Delivered);
        // A session lost meanwhile is reported anyway, and the next one finishes the drain.
        bool inTime = await DrainAsync(subscriptions, left > TimeSpan.Zero ? left : TimeSpan.Zero, end).ConfigureAwait(false) != NatsDrainOutcome.TimedOut;
        if (inTime && subscriptions.Any(subscription => subscription.HandlingOrNull is { IsReadDirectly: true }))
        {
            await GiveGraceAsync(order.Timeout - parts.Time.GetElapsedTime(started), end).ConfigureAwait(false);
        }

        if (end.IsCancellationRequested)
        {
            return; // the end of the connection has reported what was left
        }

        NatsDrainRemainder[] remaining = inTime
            ? []
            : [.. subscriptions.Select(Remainder).Where(remainder => remainder.PendingMessages + remainder.UnhandledMessages > 0)];
        facts.Post(new SubscriptionsDrained(
            inTime ? NatsDrainOutcome.Clean : NatsDrainOutcome.TimedOut,
            subscriptions.Sum(subscription => subscription.Stats.Delivered) - delivered,
            [.. remaining]));
    }

    /// <summary>Reports nothing if the session is lost meanwhile: the loss is reported anyway, and the next session completes the drain.</summary>
    public async Task DrainPublishersAsync(BeginDrainPublishers order)
    {
        CancellationToken end = drains.ConnectionEnd;
        if (parts.Pings.Send(inline: true) is not { } barrier)
        {
            return;
        }

        await barrier.Answered.WaitAsync(order.Timeout, parts.Time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!barrier.Answered.IsFaulted)
        {
            facts.Post(new PublishersDrained(order.SessionId, barrier.Answered.IsCompletedSuccessfully));
        }
    }

    /// <summary>What a subscription still holds.</summary>
    public static NatsDrainRemainder Remainder(Subscription subscription) =>
        new(subscription.Sid, subscription.Subject, subscription.PendingMessages) { UnhandledMessages = subscription.HandlingOrNull?.InProgress ?? 0 };

    /// <summary>
    /// Drains some subscriptions. Timed out: the server did not confirm in time that it sends no more, or the application has not read
    /// and handled everything in time. Interrupted: the session was lost before the server confirmed, so something may have been lost with it,
    /// or the connection has ended.
    /// </summary>
    /// <param name="subscriptions">Which.</param>
    /// <param name="timeout">How long in all.</param>
    /// <param name="end">Cancelled when the connection ends.</param>
    /// <param name="ended">Is called when the subscriptions have ended: the server has confirmed, cannot any more, or has not in time.</param>
    public async Task<NatsDrainOutcome> DrainAsync(IReadOnlyCollection<Subscription> subscriptions, TimeSpan timeout, CancellationToken end, Action? ended = null)
    {
        long started = parts.Time.GetTimestamp();
        PingWaiter? barrier = Unsubscribe(subscriptions);
        if (barrier is not null)
        {
            await barrier.Answered.WaitAsync(timeout, parts.Time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (Subscription subscription in subscriptions)
        {
            subscription.End(NatsSubEndReason.Drained, null);
        }

        ended?.Invoke();
        TimeSpan left = timeout - parts.Time.GetElapsedTime(started);
        var handled = Task.WhenAll(subscriptions.Select(subscription => subscription.WhenHandledAsync()));
        if (left > TimeSpan.Zero)
        {
            await handled.WaitAsync(left, parts.Time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return handled.IsCompleted && barrier is null or { Answered.IsCompletedSuccessfully: true } ? NatsDrainOutcome.Clean
            : end.IsCancellationRequested || (handled.IsCompleted && barrier is { Answered.IsCompleted: true }) ? NatsDrainOutcome.Interrupted
            : NatsDrainOutcome.TimedOut;
    }

    // What was read without an enumeration may still be in progress, and nothing shows for how long: its replies are accepted for a while.
    private async Task GiveGraceAsync(TimeSpan left, CancellationToken end)
    {
        TimeSpan grace = parts.Options.DrainGracePeriod < left ? parts.Options.DrainGracePeriod : left;
        if (grace > TimeSpan.Zero)
        {
            await Task.Delay(grace, parts.Time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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
                // A session that is being left has written its UNSUBs and a PING behind them: until its PONG, messages still arrive.
                return parts.Pings.LastAwaitedLocked();
            }

            start = parts.Subscriptions.WriteUnsubscribeLocked(subscriptions);
            barrier = parts.Pings.EnqueueLocked();
            start = parts.Pings.WriteLocked() ?? start;
        }

        parts.Outbound.Start(start, inline: true);
        return barrier;
    }
}
