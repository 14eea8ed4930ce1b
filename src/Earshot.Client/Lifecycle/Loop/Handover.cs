using Earshot.Outbound;
using Earshot.Sessions;
using Earshot.Subscriptions;

namespace Earshot.Lifecycle;

/// <summary>
/// Leaves a session for a successor that is already authenticated. Requests in flight finish where they were sent; then the
/// subscriptions stop on the old session and its last messages are delivered; only after that does the new one subscribe. So
/// nothing is delivered twice, and the gap is one round trip.
/// </summary>
internal sealed class Handover(SessionParts parts, Action<MachineInput> post)
{
    /// <summary>New requests wait for the successor.</summary>
    public bool IsHoldingRequests { get; private set; }

    public async Task RunAsync(BeginHandover order)
    {
        IsHoldingRequests = true;
        try
        {
            // 1. answers that are on their way
            await parts.Inbox.WhenIdleAsync(order.Patience, parts.Time).ConfigureAwait(false);
            // 2. the last messages: what the server sent before it saw the UNSUBs is in front of the PONG
            if (Seal() is { } barrier)
                await barrier.Answered.WaitAsync(order.Patience, parts.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            IsHoldingRequests = false;
        }

        post(new HandoverReady(order.SessionId));
    }

    private PingWaiter? Seal()
    {
        List<InboundTarget> targets = parts.Subscriptions.Snapshot();
        PingWaiter barrier;
        IFlusher? start;
        lock (parts.Outbound.Gate)
        {
            if (!parts.Outbound.IsAttached)
                return null;
            start = parts.Subscriptions.WriteUnsubscribeLocked(targets);
            barrier = parts.Pings.EnqueueLocked();
            start = parts.Pings.WriteLocked() ?? start;
            start = parts.Outbound.SealLocked() ?? start;
        }

        start?.Start(inline: false);
        return barrier;
    }
}
