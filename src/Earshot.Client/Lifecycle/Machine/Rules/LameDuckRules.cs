using Earshot.Servers;
using Earshot.Sessions;

namespace Earshot.Lifecycle;

/// <summary>
/// Migration from a lame duck server before it closes the connection (ADR-5 leaves the details to the client): at a
/// random time in the first half of its grace period, with the new session ready before the old one is ended.
/// </summary>
internal static class LameDuckRules
{
    public static void Announced(MachineTurn turn, NatsServerInfo info)
    {
        LiveSession live = turn.State.Live! with { IsLameDuck = true, IsRenewing = false }; // the successor requests credentials in any case
        turn.State = turn.State with { Live = live };
        TimeSpan? delay = ScheduleMigration(turn);
        turn.Emit(new NatsLameDuckModeEvent
        {
            Server = live.Server with { IsLameDuck = true },
            OtherServers = [.. turn.State.Pool.Servers.Where(server => IsElsewhere(server, live)).Select(server => server.Address.Url)],
            Action = turn.Options.LameDuckPolicy,
            PlannedMigration = turn.Stamp.WallClock + delay,
        });
    }

    /// <summary>The pool has changed: a session that had nowhere to go when its server became lame may have now.</summary>
    public static void OnServersAdded(MachineTurn turn)
    {
        if (turn.State.Live is { IsLameDuck: true, IsMigrationScheduled: false })
        {
            ScheduleMigration(turn);
        }
    }

    public static void MigrationDue(MachineTurn turn)
    {
        if (turn.State is { State: NatsConnectionState.Open, Live.IsLameDuck: true, Ending: null, Successor: null } && turn.State.Search == Search.None)
        {
            SearchRules.Begin(turn, turn.State.Live.ServerId, immediately: true);
        }
    }

    /// <summary>The old session has delivered its last message: it is left, for its server's sake or for that of its credentials.</summary>
    public static void HandoverReady(MachineTurn turn)
    {
        if (turn.State.Successor is not { } successor || turn.State.Ending is not null)
        {
            return;
        }

        bool isLame = turn.State.Live!.IsLameDuck;
        turn.Emit(new NatsForceReconnectEvent
        {
            Reason = isLame ? "lame duck mode" : $"the credentials expire at {turn.State.Live.CredentialsExpireAt:u}",
            Target = turn.View(successor.Attempt.Server, successor.Endpoint, successor.Info),
        });
        NatsDisconnectReason reason = isLame ? NatsDisconnectReason.LameDuck : NatsDisconnectReason.ForceReconnect;
        turn.State = turn.State with { Ending = reason };
        turn.Do(new EndSession(new SessionEnd(reason)));
    }

    private static TimeSpan? ScheduleMigration(MachineTurn turn)
    {
        LiveSession live = turn.State.Live!;
        bool hasElsewhere = turn.State.Pool.Servers.Any(server => IsElsewhere(server, live));
        if (turn.Options.LameDuckPolicy != NatsLameDuckPolicy.Migrate || !hasElsewhere || turn.State.State != NatsConnectionState.Open)
        {
            return null;
        }

        TimeSpan delay = turn.Options.LameDuckGrace / 2 * turn.Stamp.Chance();
        turn.State = turn.State with { Live = live with { IsMigrationScheduled = true } };
        turn.Do(new SetTimer(MachineTimer.Migrate, delay));
        return delay;
    }

    private static bool IsElsewhere(PoolServer server, LiveSession live) => server.Id != live.ServerId && !server.IsLameDuck;
}
