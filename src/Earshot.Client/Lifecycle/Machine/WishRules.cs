using Earshot.Servers;
using Earshot.Sessions;

namespace Earshot.Lifecycle;

/// <summary>What the application asks for: connect, reconnect, other servers. Draining and closing have rules of their own.</summary>
internal static class WishRules
{
    public static void ConnectAsked(MachineTurn turn, ConnectAsked asked)
    {
        MachineState state = turn.State;
        if (state.State is NatsConnectionState.Open or NatsConnectionState.DrainingSubscriptions or NatsConnectionState.DrainingPublishers)
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
            BeginLife(turn);
        }

        turn.Move(
            new NatsConnectingEvent { Servers = turn.State.Pool.Urls, RetryOnFailedConnect = turn.Options.RetryOnInitialConnect },
            NatsConnectionState.Connecting);
        if (state.IsOver)
        {
            PoolRules.Forgive(turn);
        }

        turn.State = turn.State with { FirstConnectAt = turn.Now };
        SearchRules.Begin(turn, avoid: null, atOnce: true);
    }

    public static void ReconnectAsked(MachineTurn turn, ReconnectAsked asked)
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
            ConnectAsked(turn, new ConnectAsked());
        }
        else
        {
            RoundRules.Hurry(turn);
        }
    }

    public static void ServersSet(MachineTurn turn, ServersSet set)
    {
        ServerPool before = turn.State.Pool;
        turn.State = turn.State with { Pool = before.SetServers(set.Servers, turn.Stamp.Random(), out PoolChange change) };
        PoolRules.EmitChange(turn, change, PoolChangeSource.SetServerPool);
        RoundRules.PoolReplaced(turn, before);
        if (set.Reconnect)
        {
            ReconnectAsked(turn, new ReconnectAsked(new NatsForceReconnectOptions { Reason = "server pool replaced" }));
        }
        else
        {
            RoundRules.Hurry(turn);
        }

        LameDuckRules.OthersMayHaveCome(turn);
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

        turn.Emit(new NatsServerSelectionRejectedEvent { Requested = url, Why = "it is not in the server pool" });
        return null;
    }

    private static void BeginLife(MachineTurn turn)
    {
        turn.State = turn.State with
        {
            IsOver = false,
            HasConnectedOnce = false,
            Refusals = RefusalRun.None,
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
        turn.Do(new BeginLife());
    }
}
