using Earshot.Sessions;
using Earshot.Subscriptions;

namespace Earshot.Lifecycle;

/// <summary>
/// The drains in progress. What a drain leaves is counted when it ends; a drain that is interrupted by a close or a dispose is reported too.
/// Subscriptions that drain are not in the table any more, so their messages are found here.
/// </summary>
internal sealed class ActiveDrains(SessionParts parts)
{
    private readonly List<ActiveDrain> _drains = []; // also the lock
    private ActiveDrain? _connection;
    private CancellationTokenSource? _end; // of this run of the connection; created by its first drain

    /// <summary>
    /// Cancelled when the connection ends: a drain then waits for nothing any more. A drain takes it once, when it begins: later it may be that of
    /// the next run.
    /// </summary>
    public CancellationToken ConnectionEnd
    {
        get
        {
            lock (_drains)
            {
                // The buffer is closed before the drains are interrupted: what begins in between or later finds that, or is interrupted.
                return parts.Outbound.IsClosed ? new CancellationToken(true) : (_end ??= new CancellationTokenSource()).Token;
            }
        }
    }

    /// <summary>Some subscriptions begin to drain.</summary>
    public ActiveDrain Begin(IReadOnlyCollection<Subscription> subscriptions)
    {
        var drain = new ActiveDrain(this, parts, subscriptions);
        lock (_drains)
        {
            _drains.Add(drain);
        }

        return drain;
    }

    /// <summary>The connection begins to drain with these subscriptions; the lifecycle reports its end.</summary>
    public void BeginConnection(IReadOnlyCollection<Subscription> subscriptions) => Volatile.Write(ref _connection, new ActiveDrain(this, parts, subscriptions));

    /// <summary>False: it has been reported.</summary>
    public bool Remove(ActiveDrain drain)
    {
        lock (_drains)
        {
            return _drains.Remove(drain);
        }
    }

    /// <summary>The connection ends: what still drains is reported before its last event.</summary>
    public void Interrupt()
    {
        foreach (ActiveDrain drain in Copy())
        {
            drain.Complete(NatsDrainOutcome.Interrupted);
        }

        CancellationTokenSource? end;
        lock (_drains)
        {
            (end, _end) = (_end, null);
        }

        _ = end?.CancelAsync(); // what waits may continue in the application
    }

    /// <summary>The event with what is left on the connection at this moment.</summary>
    public NatsDrainCompletedEvent Count(NatsDrainCompletedEvent e)
    {
        ActiveDrain? connection = Interlocked.Exchange(ref _connection, null);
        HashSet<Subscription> subscriptions = [.. parts.Subscriptions.Snapshot().OfType<Subscription>(), .. connection?.Subscriptions ?? []];
        foreach (ActiveDrain drain in Copy())
        {
            subscriptions.UnionWith(drain.Subscriptions);
        }

        return e with
        {
            Delivered = connection?.Delivered ?? e.Delivered,
            Unread = subscriptions.Sum(subscription => subscription.PendingMessages),
            Unhandled = subscriptions.Sum(subscription => subscription.HandlingOrNull?.InProgress ?? 0),
            Unflushed = parts.Outbound.UnconfirmedMessages,
        };
    }

    private ActiveDrain[] Copy()
    {
        lock (_drains)
        {
            return [.. _drains];
        }
    }
}
