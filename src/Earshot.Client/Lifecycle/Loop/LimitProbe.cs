using Earshot.Outbound;
using Earshot.Sessions;
using Earshot.Subscriptions;

namespace Earshot.Lifecycle;

/// <summary>
/// Finds the subscriptions that a server refuses because a client has too many, which its error does not name. Each candidate is
/// subscribed once more between two PINGs, the newest first: an error between their answers is about that one. One that has a place by
/// now keeps it. One probe per session.
/// </summary>
/// <param name="parts">Of the connection.</param>
/// <param name="session">The writer of the session that the errors come from.</param>
/// <param name="replay">What that session began with; null: it is the first one.</param>
internal sealed class LimitProbe(SessionParts parts, WriteLoop session, SessionStart? replay)
{
    private int _errors; // that no search has begun for
    private bool _isRunning;

    /// <summary>The server has sent the error.</summary>
    public void Refused(NatsServerError error)
    {
        Interlocked.Increment(ref _errors);
        if (!Interlocked.Exchange(ref _isRunning, true))
        {
            _ = RunAsync(error);
        }
    }

    private async Task RunAsync(NatsServerError error)
    {
        do
        {
            int errors = Interlocked.Exchange(ref _errors, 0);
            try
            {
                while (errors > 0)
                {
                    // What comes before the answer is about SUBs that are written; what comes later starts another search.
                    await SendBarrierAsync().ConfigureAwait(false);
                    errors += Interlocked.Exchange(ref _errors, 0);
                    errors = await FindAsync(errors, error).ConfigureAwait(false);
                }
            }
            catch (NatsException)
            {
                return; // the session is over; the server reports again what it refuses in the next one
            }

            Volatile.Write(ref _isRunning, false);
            Interlocked.MemoryBarrier(); // an error that came just now has found it running
        }
        while (Volatile.Read(ref _errors) > 0 && !Interlocked.Exchange(ref _isRunning, true));

        replay?.RefusalsFound();
    }

    // Returns how many errors came meanwhile that are not about the candidates.
    private async Task<int> FindAsync(int refused, NatsServerError error)
    {
        int own = 0;
        foreach (InboundTarget target in parts.Subscriptions.NewestFirst())
        {
            if (refused == 0)
            {
                break;
            }

            long order = target.Order;
            if (await IsRefusedAsync(target).ConfigureAwait(false))
            {
                (refused, own) = (refused - 1, own + 1);
                End(target, order, error);
            }
        }

        return Math.Max(0, Interlocked.Exchange(ref _errors, 0) - own);
    }

    private async Task<bool> IsRefusedAsync(InboundTarget target)
    {
        PingWaiter before;
        PingWaiter behind;
        IFlusher? start;
        using (parts.Outbound.Gate.EnterScope())
        {
            if (!parts.Outbound.IsAttachedTo(session) || !target.IsWanted || !ReferenceEquals(parts.Subscriptions.Find(target.SidNumber), target))
            {
                return false; // it has ended, or is being drained: it must not be subscribed again
            }

            before = parts.Pings.EnqueueLocked();
            start = parts.Pings.WriteLocked();
            start = parts.Subscriptions.WriteAgainLocked(target) ?? start;
            behind = parts.Pings.EnqueueLocked();
            start = parts.Pings.WriteLocked() ?? start;
        }

        start?.Start(inline: false);
        await Task.WhenAll(before.Task, behind.Task).ConfigureAwait(false);
        return behind.Refusals > before.Refusals;
    }

    private async Task SendBarrierAsync()
    {
        if (parts.Pings.Send(inline: false) is { } barrier)
        {
            await barrier.Task.ConfigureAwait(false);
        }
    }

    private void End(InboundTarget target, long order, NatsServerError error)
    {
        var exception = new NatsServerException(error);
        if (replay?.Covers(order) == true)
        {
            replay.CountDenied(1);
            parts.Journal.Append(new NatsResubscribeFailedEvent { Subscription = target.View, Exception = exception, ServerError = error, Reason = NatsResubscribeFailReason.ServerLimit });
        }
        else
        {
            parts.Journal.Append(new NatsExceptionOccurredEvent { Exception = exception, Origin = NatsExceptionOrigin.Server, Subscription = target.View });
        }

        if (target is ReplyInbox inbox)
        {
            inbox.Refused(exception);
        }
        else
        {
            target.End(NatsSubEndReason.Exception, exception);
        }
    }
}
