using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>What INFO, failures and a new start do to the server pool, and which events report it.</summary>
internal static class PoolRules
{
    /// <summary>
    /// A server has accepted: others that have failed too often are left out of the first rounds from now on. While none accepts, none is
    /// parked, because all of them would have to be unparked simultaneously.
    /// </summary>
    public static void ParkExhausted(MachineTurn turn, int acceptedId)
    {
        int limit = turn.Options.MaxAttemptsPerServer;
        foreach (PoolServer server in turn.State.Pool.Servers)
        {
            if (limit <= 0 || server.Id == acceptedId || server.IsParked || server.Attempts < limit)
            {
                continue;
            }

            turn.State = turn.State with { Pool = turn.State.Pool.Park(server.Id, out PoolChange change) };
            turn.Emit(new NatsMaxReconnectsReachedEvent { Limit = NatsReconnectLimit.AttemptsPerServer, MaxAttempts = limit, Server = turn.View(server) });
            EmitChange(turn, change, NatsServerPoolChangeSource.Exhausted);
        }
    }

    /// <summary>All other servers have failed in this search, or there are none: parked ones are tried again.</summary>
    public static void ReturnParked(MachineTurn turn)
    {
        if (turn.State.Pool.Servers.All(server => !server.IsParked))
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
        EmitChange(turn, new PoolChange { Returned = [.. returned] }, NatsServerPoolChangeSource.Recovered);
    }

    /// <summary>A connection that gave up begins a new run: the failures of its servers are reset.</summary>
    public static void ResetFailures(MachineTurn turn)
    {
        ServerPool pool = turn.State.Pool.WithFailuresReset(out PoolChange change);
        turn.State = turn.State with { Pool = pool };
        EmitChange(turn, change, NatsServerPoolChangeSource.Recovered);
    }

    /// <summary>Applies the servers that INFO advertises, after the application's filter, if there is one.</summary>
    public static void Merge(MachineTurn turn, NatsServerInfo info, int currentId, NatsServerPoolChangeSource source, IReadOnlyDictionary<(string Host, int Port), Exception?>? refused = null)
    {
        PoolOptions options = turn.Options.Pool;
        if (turn.Options.HasFilter && info.ClientConnectUrls is { Length: > 0 })
        {
            if (refused is null)
            {
                string scheme = turn.State.Pool.Find(currentId)?.Address.Scheme ?? "nats";
                turn.State = turn.State with { Pool = turn.State.Pool.WithLameDuck(currentId, info.LameDuckMode) };
                turn.Do(new InvokeServerFilter(turn.State.SessionId, info, source) { Scheme = scheme, Limit = PoolOptions.AdvertisedLimit });
                return;
            }

            options = options with { Filter = (host, port) => !refused.TryGetValue((host, port), out Exception? fault) ? true : fault is null ? false : throw fault };
        }

        if (info.ClientConnectUrls is not { Length: > 0 } urls)
        {
            ServerPool announced = turn.State.Pool.WithLameDuck(currentId, info.LameDuckMode);
            if (announced != turn.State.Pool)
            {
                turn.State = turn.State with { Pool = announced };
            }

            return; // an absent or empty list changes nothing
        }

        // The first list of a cluster is the initial one, whichever INFO brings it.
        bool isInitial = !turn.State.HasSeenCluster;
        ServerPool pool = turn.State.Pool.WithInfo(urls, info.LameDuckMode, currentId, options, turn.Stamp.Random(), out PoolChange change);
        turn.State = turn.State with { Pool = pool, HasSeenCluster = true };
        foreach (RejectedAddress rejected in change.Rejected)
        {
            turn.Emit(new NatsConfigurationWarningEvent { Code = "AdvertisedAddressRejected", Text = $"Advertised address '{rejected.Text}' is ignored: {rejected.Reason}" });
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

    public static void EmitChange(MachineTurn turn, PoolChange change, NatsServerPoolChangeSource source)
    {
        if (change.IsContentUnchanged || turn.State.IsOver)
        {
            return; // after Closed the next Connecting shows the servers
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
