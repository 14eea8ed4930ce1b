using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>What INFO, failures and a new start do to the server pool, and which events report it.</summary>
internal static class PoolRules
{
    /// <summary>A server that has failed too often is left out of the rounds, and says so.</summary>
    public static void ParkIfExhausted(MachineTurn turn, int serverId)
    {
        int limit = turn.Options.MaxReconnectsPerServer;
        if (limit <= 0 || turn.State.IsOver || turn.State.Pool.Find(serverId) is not { IsParked: false } server || server.Attempts < limit)
        {
            return;
        }

        ServerPool pool = turn.State.Pool.Park(serverId, out PoolChange change);
        turn.State = turn.State with { Pool = pool };
        turn.Emit(new NatsMaxReconnectsReachedEvent { Limit = limit, Scope = ExhaustedScope.Server, Server = turn.View(server) });
        EmitChange(turn, change, PoolChangeSource.Exhausted);
    }

    /// <summary>With every server parked there would be nothing left to try: all of them come back.</summary>
    public static void UnparkIfNoneLeft(MachineTurn turn)
    {
        if (turn.State.Pool.Servers.Any(server => !server.IsParked))
        {
            return;
        }

        List<Uri> returned = [];
        ServerPool pool = turn.State.Pool;
        foreach (PoolServer server in pool.Servers)
        {
            pool = pool.Unpark(server.Id, out PoolChange change);
            returned.AddRange(change.Returned);
        }

        turn.State = turn.State with { Pool = pool };
        EmitChange(turn, new PoolChange { Returned = [.. returned] }, PoolChangeSource.Recovered);
    }

    /// <summary>A connection that gave up starts again: what it held against the servers is forgotten.</summary>
    public static void Forgive(MachineTurn turn)
    {
        ServerPool pool = turn.State.Pool.Forgiven(out PoolChange change);
        turn.State = turn.State with { Pool = pool };
        EmitChange(turn, change, PoolChangeSource.Recovered);
    }

    /// <summary>Takes in the servers that INFO names.</summary>
    public static void Merge(MachineTurn turn, NatsServerInfo info, int currentId, PoolChangeSource source)
    {
        if (info.ClientConnectUrls is not { Length: > 0 } urls)
        {
            ServerPool announced = turn.State.Pool.WithLameDuck(currentId, info.LameDuckMode);
            if (announced != turn.State.Pool)
            {
                turn.State = turn.State with { Pool = announced };
            }

            return; // an absent or empty list says nothing
        }

        // Until the first list of a cluster arrives nobody has been told of it, whichever INFO brings it.
        bool isInitial = !turn.State.HasSeenCluster;
        ServerPool pool = turn.State.Pool.WithInfo(urls, info.LameDuckMode, currentId, turn.Options.Pool, turn.Stamp.Random(), out PoolChange change);
        turn.State = turn.State with { Pool = pool, HasSeenCluster = true };
        foreach (RejectedAddress rejected in change.Rejected)
        {
            turn.Emit(new NatsConfigurationWarningEvent { Code = "AdvertisedAddressRejected", Text = $"The server advertises '{rejected.Text}', which is not used: {rejected.Reason}" });
        }

        if (!change.Added.IsEmpty || !change.Returned.IsEmpty)
        {
            turn.Emit(new NatsDiscoveredServersEvent
            {
                Added = [.. change.Added, .. change.Returned],
                All = [.. pool.Servers.Where(server => server.IsDiscovered).Select(server => server.Address.Url)],
                Initial = isInitial,
            });
        }

        EmitChange(turn, change, source);
    }

    public static void EmitChange(MachineTurn turn, PoolChange change, PoolChangeSource source)
    {
        if (change.IsContentUnchanged)
        {
            return;
        }

        turn.Emit(new NatsServerPoolChangedEvent
        {
            Added = change.Added,
            Removed = change.Removed,
            Parked = change.Parked,
            Returned = change.Returned,
            Source = source,
            Pool = turn.ViewPool(),
        });
    }
}
