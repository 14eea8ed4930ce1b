using Earshot.Outbound;
using Earshot.Sessions;
using Earshot.Subscriptions;

namespace Earshot.Lifecycle;

/// <summary>
/// Leaves a session for a successor that is already authenticated. Requests in flight have time to finish where they were sent; then the
/// subscriptions stop on the old session and its last messages are delivered; only after that does the new one subscribe. So
/// nothing is delivered twice, and the gap is one round trip.
/// </summary>
internal sealed class Handover(SessionParts parts, IMachineInputSink facts)
{
    private static readonly TimeSpan s_leaveTimeout = TimeSpan.FromMilliseconds(250);

    private BeginHandover? _running;

    /// <summary>New requests wait for the successor.</summary>
    public bool IsHoldingRequests => Volatile.Read(ref _running) is not null;

    public async Task RunAsync(BeginHandover order, Session old)
    {
        // 1. answers that are on their way: with waitLimit while new requests still go out, then for a moment while they wait, so
        // that one slow request does not cost the others their time. What is left moves along.
        await WhenNoneInFlightAsync(order.WaitLimit).ConfigureAwait(false);
        if (!parts.Outbound.IsAttachedTo(old.WriteLoop))
        {
            return; // lost meanwhile, which is reported: nothing is held up for a successor that may be there already
        }

        Volatile.Write(ref _running, order);
        try
        {
            await WhenNoneInFlightAsync(s_leaveTimeout).ConfigureAwait(false);
            // 2. the last messages: what the server sent before it saw the UNSUBs is in front of the PONG
            if (Seal(old) is { } barrier)
            {
                await barrier.Answered.WaitAsync(order.WaitLimit, parts.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            Interlocked.CompareExchange(ref _running, null, order);
        }

        facts.Post(new HandoverReady(order.SessionId));
    }

    /// <summary>
    /// Leaves a session that works because the application wants another one: what was published before arrives, and what the
    /// server had sent is delivered. A dead link is left after a moment.
    /// </summary>
    public async Task LeaveAsync(Session old, SessionEnd reason)
    {
        var leaving = new BeginHandover(old.Id, s_leaveTimeout);
        Volatile.Write(ref _running, leaving);
        try
        {
            await WhenNoneInFlightAsync(s_leaveTimeout).ConfigureAwait(false);
            if (Seal(old) is { } barrier)
            {
                await barrier.Answered.WaitAsync(s_leaveTimeout, parts.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            Interlocked.CompareExchange(ref _running, null, leaving);
            old.End(reason);
        }
    }

    /// <summary>The session is over, handed over or lost: callers that wait for its successor wait for the lifecycle now.</summary>
    public void Stop() => Volatile.Write(ref _running, null);

    private Task WhenNoneInFlightAsync(TimeSpan waitLimit) => parts.InboxOrNull?.WhenIdleAsync(waitLimit) ?? Task.CompletedTask;

    // The old session may be lost while its last answers are awaited, and the next one live already: that one is not to be touched.
    private PingWaiter? Seal(Session old)
    {
        // The inbox of requests stays subscribed to the end of the session: what is still to be answered there has no second chance.
        IEnumerable<InboundTarget> targets = parts.Subscriptions.Snapshot().Where(static target => target is not ReplyInbox);
        PingWaiter barrier;
        IFlusher? start;
        using (parts.Outbound.Gate.EnterScope())
        {
            if (!parts.Outbound.IsAttachedTo(old.WriteLoop))
            {
                return null;
            }

            start = parts.Subscriptions.WriteUnsubscribeLocked(targets);
            barrier = parts.Pings.EnqueueLocked();
            start = parts.Pings.WriteLocked() ?? start;
            start = parts.Outbound.SealLocked() ?? start;
        }

        parts.Outbound.Start(start, inline: false);
        return barrier;
    }
}
