using Earshot.Lifecycle;
using Earshot.Subscriptions;

namespace Earshot.Connections;

/// <summary>
/// Drains everything that a connection receives, and leaves the connection open: the first half of an orderly shutdown, while the
/// application can still publish. It is reported as the drain of the subscriptions.
/// </summary>
internal static class SubscriptionsDrain
{
    /// <summary>Returns when everything received is handled, after the timeout, or when the token is cancelled; what is left is in the event.</summary>
    public static async Task<NatsDrainCompletedEvent> RunAsync(ConnectionComposition parts, TimeSpan timeout, CancellationToken cancellationToken)
    {
        TimeProvider time = parts.Journal.Time;
        long started = time.GetTimestamp();
        Subscription[] subscriptions = [.. parts.Table.Snapshot().OfType<Subscription>()];
        parts.Journal.Append(new NatsDrainStartedEvent { Scope = NatsDrainScope.Subscription, Subscriptions = subscriptions.Length, Timeout = timeout });
        ActiveDrain drain = parts.Loop.Drains.Begin(subscriptions);
        NatsDrainOutcome outcome = NatsDrainOutcome.TimedOut;
        try
        {
            if (parts.UsedExtensions is { } extensions)
            {
                await extensions.DrainAsync(timeout, time, drain.ConnectionEnd).WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            TimeSpan left = timeout - time.GetElapsedTime(started);
            outcome = await parts.Loop.Drain.DrainAsync(subscriptions, left > TimeSpan.Zero ? left : TimeSpan.Zero, drain.ConnectionEnd).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller's time is over; what is left is reported as after a timeout.
        }

        if (outcome == NatsDrainOutcome.TimedOut)
        {
            NatsDrainRemainder[] remaining = [.. subscriptions.Select(DrainProcedure.Remainder).Where(remainder => remainder.PendingMessages + remainder.UnhandledMessages > 0)];
            parts.Journal.Append(new NatsDrainTimeoutEvent { Timeout = time.GetElapsedTime(started), Remaining = remaining });
        }

        return drain.Complete(outcome);
    }
}
