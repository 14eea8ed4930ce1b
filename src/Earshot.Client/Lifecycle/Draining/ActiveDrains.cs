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
