using Earshot.Servers;
using Earshot.Sessions;

namespace Earshot.Lifecycle;

/// <summary>The requests of the application: connect, reconnect, other servers. Draining and closing have rules of their own.</summary>
internal static class CommandRules
{
    public static void ConnectRequested(MachineTurn turn, ConnectRequested asked)
    {
        MachineState state = turn.State;
        if (state is { Live: not null, State: NatsConnectionState.Open or NatsConnectionState.DrainingSubscriptions or NatsConnectionState.DrainingPublishers })
        {
            turn.Do(new ConnectSucceeded());
        }

        bool isIdle = state.State is NatsConnectionState.Closed or NatsConnectionState.Failed;
        if (!isIdle || (state.IsOver && (asked.IsByUse || state.State == NatsConnectionState.Closed)))
        {
            return;
        }

        if (state.IsOver)
        {
            BeginRun(turn);
        }

        turn.Move(
            new NatsConnectingEvent { Servers = turn.State.Pool.Urls, RetryOnFailedConnect = turn.Options.RetryOnInitialConnect },
            NatsConnectionState.Connecting);
        if (state.IsOver)
        {
            PoolRules.ResetFailures(turn);
        }

        turn.State = turn.State with { FirstConnectAt = turn.Now };
        SearchRules.Begin(turn, avoid: null, immediately: true);
    }

    public static void ReconnectRequested(MachineTurn turn, ReconnectRequested asked)
    {
        if (turn.State.Live is { } live && turn.State is { State: NatsConnectionState.Open, Ending: null })
        {
            int? target = Target(turn, asked.Options);
            NatsServer? view = target is { } id ? turn.View(turn.State.Pool.Find(id)!) : null;
            turn.Emit(new NatsForceReconnectEvent { Reason = asked.Options.Reason, Target = view, Options = asked.Options });
            turn.State = turn.State with { Ending = NatsDisconnectReason.ForceReconnect, ForcedTarget = target };
            turn.Do(new EndSession(new SessionEnd(NatsDisconnectReason.ForceReconnect)));
        }
        else if (turn.State is { State: NatsConnectionState.Closed, IsOver: false })
        {
            ConnectRequested(turn, new ConnectRequested());
        }
        else
        {
            RoundRules.SkipBackoff(turn);
        }
    }

    public static void ServersReplaced(MachineTurn turn, ServersReplaced set)
    {
        ServerPool before = turn.State.Pool;
        turn.State = turn.State with { Pool = before.SetServers(set.Servers, turn.Stamp.Random(), out PoolChange change) };
        PoolRules.EmitChange(turn, change, NatsServerPoolChangeSource.SetServerPool);
        RoundRules.PoolReplaced(turn, before);
        if (set.Reconnect)
        {
            ReconnectRequested(turn, new ReconnectRequested(new NatsForceReconnectOptions { Reason = "server pool replaced" }));
        }
        else
        {
            RoundRules.SkipBackoff(turn);
        }

        LameDuckRules.OnServersAdded(turn);
    }

    private static int? Target(MachineTurn turn, NatsForceReconnectOptions options)
    {
        if (options.Target is not { } url)
        {
            return null;
        }

        if (turn.State.Pool.Servers.FirstOrDefault(server => Equals(server.Address.Url, url)) is { } found)
        {
            return found.Id;
        }

        turn.Emit(new NatsServerSelectionRejectedEvent { Requested = url, Reason = "the server is not in the pool" });
        return null;
    }

    private static void BeginRun(MachineTurn turn)
    {
        turn.State = turn.State with
        {
            IsOver = false,
            HasConnectedOnce = false,
            Refusals = AuthRejections.None,
            IsInOutage = false,
            Outages = 0,
            Downtime = TimeSpan.Zero,
            BackoffRound = 0,
            LastError = null,
            Closing = null,
            Ending = null,
            Drain = null,
            Lost = null,
            ForcedTarget = null,
            HasSeenCluster = false,
        };
        turn.Do(new BeginRun());
    }
}
