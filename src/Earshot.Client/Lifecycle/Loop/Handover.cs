using Earshot.Outbound;
using Earshot.Sessions;
using Earshot.Subscriptions;
using Earshot.Transport;

namespace Earshot.Lifecycle;

/// <summary>
/// Leaves a session for a successor that is already authenticated. Requests in flight have time to finish where they were sent; then the
/// subscriptions stop on the old session and its last messages are delivered; only after that does the new one subscribe. So
/// nothing is delivered twice, and the gap is one round trip. The inbox of requests has none: a reply is taken once wherever it comes, so
/// the new server is sent its SUB before the old one is left.
/// </summary>
internal sealed class Handover(SessionParts parts, IMachineInputSink facts)
{
    private static readonly TimeSpan s_leaveTimeout = TimeSpan.FromMilliseconds(250);

    private BeginHandover? _running;
    private (int AttemptId, long Sid) _subscribed; // under this; the inbox, at the successor that this attempt has made

    /// <summary>New requests wait for the successor.</summary>
    public bool IsHoldingRequests => Volatile.Read(ref _running) is not null;

    public async Task RunAsync(BeginHandover order, Session old, ITransport? successor)
    {
        // 1. replies in flight: with waitLimit while new requests still go out, then for a moment while they wait, so
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
            await SubscribeInboxAsync(order, successor).ConfigureAwait(false);
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
    /// Ends a working session because the application requested a new one: earlier publishes are flushed, and received messages
    /// are delivered. A stale session is ended after a short timeout.
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

    /// <summary>The sid of the inbox that this attempt has already subscribed in the successor; 0: none.</summary>
    public long TakeSubscribed(int attemptId)
    {
        lock (this)
        {
            (int attempt, long sid) = _subscribed;
            _subscribed = default;
            return attempt == attemptId ? sid : 0;
        }
    }

    // Nothing else writes to the successor before it is attached, which happens behind the hand-over.
    private async Task SubscribeInboxAsync(BeginHandover order, ITransport? successor)
    {
        if (successor is null || parts.InboxOrNull is not { InFlight: > 0 } inbox)
        {
            return;
        }

        long sid = inbox.SidNumber;
        try
        {
            await successor.SendAsync(SubscriptionTable.LineOf(inbox)).AsTask().WaitAsync(order.WaitLimit, parts.Time).ConfigureAwait(false);
            lock (this)
            {
                _subscribed = (order.AttemptId, sid);
            }
        }
        catch (Exception)
        {
            successor.Abort(); // it ended before it was used: its session detects that, and the connection creates another
        }
    }

    private Task WhenNoneInFlightAsync(TimeSpan waitLimit) => parts.InboxOrNull?.WhenIdleAsync(waitLimit) ?? Task.CompletedTask;

    // The old session may be lost while its last replies are awaited, and the next one may already be live: that one must not be changed.
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
