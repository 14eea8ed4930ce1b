using System.Collections.Immutable;
using Earshot.Sessions;

namespace Earshot.Lifecycle;

/// <summary>The end of the live session: which events report it, and whether another session follows.</summary>
internal static class SessionRules
{
    /// <summary>A session that lasts this long resets the back-off.</summary>
    public static void StableReached(MachineTurn turn)
    {
        if (turn.State.Live is not null)
        {
            turn.State = turn.State with { BackoffRound = 0 };
        }
    }

    public static void Ended(MachineTurn turn, SessionEnded ended)
    {
        LiveSession live = turn.State.Live!;
        TakeOverRules.ReplayUnconfirmed(turn);
        ErrorRules.EndRepeats(turn);
        InfoRules.End(turn);
        live = turn.State.Live!;
        turn.Do(new StopTimer(MachineTimer.Stable));
        turn.Do(new StopTimer(MachineTimer.Migrate));
        turn.Do(new StopTimer(MachineTimer.Renew));
        // A successor is connected already: moving to it is no reconnect that a limit could forbid.
        bool reconnects = turn.State.Closing is null && (turn.Options.MaxReconnects != 0 || turn.State.Successor is not null);
        bool isDrain = !reconnects && ClosingRules.InterruptDrain(turn);
        SessionEnd end = Explain(turn, live, ended.End);
        Lose(turn, live, end, ended, reconnects);

        NatsCloseReason closeReason = turn.State.Closing?.Reason ?? (isDrain ? NatsCloseReason.DrainInterrupted : NatsCloseReason.ReconnectDisabled);
        NatsConnectionState next = reconnects ? NatsConnectionState.Reconnecting : ClosingRules.StateFor(closeReason);
        turn.Move(Disconnected(turn, live, end, ended, reconnects), next);
        if (reconnects)
        {
            EmitReconnecting(turn, end);
        }
        // A planned move leaves a server that has all requests; their replies find the same inbox on the next session.
        bool isMigration = turn.State.Successor is not null && ended.End.Reason is NatsDisconnectReason.LameDuck or NatsDisconnectReason.ForceReconnect;
        turn.Do(new FailInFlight(end, ended.Unsent, KeepRequests: isMigration));
        if (ended.Unsent.UnknownMessages > 0)
        {
            turn.Emit(new NatsPendingDiscardedEvent { Messages = ended.Unsent.UnknownMessages, Bytes = ended.Unsent.UnknownBytes, Cause = NatsPendingDiscardReason.PartialWrite });
        }

        if (reconnects)
        {
            FindAnother(turn, live, isForced: end.Reason == NatsDisconnectReason.ForceReconnect);
        }
        else
        {
            DialRules.DropAll(turn); // of a migration
            ClosingRules.Finish(turn, closeReason, end.Exception);
        }
    }

    private static SessionEnd Explain(MachineTurn turn, LiveSession live, SessionEnd end)
    {
        if (turn.State.Ending is { } ours && end.Exception is null)
        {
            end = end with { Reason = ours };
        }

        return live.IsLameDuck && end.Reason == NatsDisconnectReason.ServerClosed
            ? end with { Reason = NatsDisconnectReason.LameDuck, SuspectedCause = end.SuspectedCause ?? "the server was in lame duck mode" }
            : end;
    }

    private static void Lose(MachineTurn turn, LiveSession live, SessionEnd end, SessionEnded ended, bool reconnects)
    {
        bool wasShort = turn.Now - live.Started < turn.Options.StableAfter;
        bool wasOurs = turn.State.Ending is not null;
        turn.State = turn.State with
        {
            Live = null,
            Refusals = GiveUpRules.EndsJwt(turn, end.ServerError) ? AuthRejections.None with { IsJwtOver = true } : AuthRejections.None,
            Lost = new SessionLoss(live, end.Reason, turn.Now, ended.Facts.LastInbound) { UncertainMessages = ended.Unsent.UncertainMessages, UncertainBytes = ended.Unsent.UncertainBytes },
            Pool = turn.State.Pool.Left(live.ServerId, live.Started),
            Ending = null,
            BackoffRound = !wasShort ? 0 : wasOurs ? turn.State.BackoffRound : turn.State.BackoffRound + 1,
            LastError = end.Exception ?? turn.State.LastError,
            IsInOutage = reconnects,
            OutageId = reconnects ? turn.State.OutageId + 1 : turn.State.OutageId,
            Outages = reconnects ? turn.State.Outages + 1 : turn.State.Outages,
        };
    }

    private static void FindAnother(MachineTurn turn, LiveSession lost, bool isForced)
    {
        int? forced = turn.State.ForcedTarget;
        turn.State = turn.State with { ForcedTarget = null };
        Search running = turn.State.Search;
        if (turn.State.Successor is { } successor)
        {
            TakeOverRules.TakeOver(turn, successor, running with { Attempts = 1, Started = successor.Attempt.Started });
        }
        else if (!running.Open.IsEmpty)
        {
            // A migration was already dialling: it continues as the search of this outage, now with the whole pool.
            ImmutableList<Candidate> rest = turn.Candidates(lost.ServerId, id => running.Open.TrueForAll(open => open.ServerId != id));
            ImmutableList<Candidate> addresses = running.Queue.RemoveAll(next => !next.IsAlternateAddress || running.Open.TrueForAll(open => open.ServerId != next.ServerId));
            turn.State = turn.State with { Search = running with { Queue = addresses.AddRange(rest), AvoidServer = lost.ServerId, ServerAttempts = running.Open.DistinctBy(open => open.ServerId).Count(), Failures = [] } };
            DialRules.ArmHedge(turn);
        }
        else
        {
            turn.Do(new StopTimer(MachineTimer.Backoff));
            if (forced is { } id && turn.State.Pool.Find(id) is not null)
            {
                SearchRules.BeginWith(turn, new Candidate(id) { By = NatsServerSelectionSource.ForcedTarget }, lost.ServerId);
            }
            else
            {
                SearchRules.Begin(turn, lost.ServerId, immediately: isForced);
            }
        }
    }

    private static NatsDisconnectedEvent Disconnected(MachineTurn turn, LiveSession live, SessionEnd end, SessionEnded ended, bool reconnects) => new()
    {
        Reason = end.Reason,
        Exception = end.Exception,
        ServerError = end.ServerError,
        Server = live.Server,
        SessionUptime = turn.Now - live.Started,
        WillReconnect = reconnects,
        Expected = end.Reason is NatsDisconnectReason.ForceReconnect or NatsDisconnectReason.LameDuck or NatsDisconnectReason.UserClosed or NatsDisconnectReason.Drained or NatsDisconnectReason.Disposed,
        DuringLameDuck = live.IsLameDuck,
        PendingBytes = ended.Unsent.PendingBytes,
        PendingMessages = ended.Unsent.PendingMessages,
        UncertainMessages = ended.Unsent.UncertainMessages,
        UncertainBytes = ended.Unsent.UncertainBytes,
        InFlightRequests = ended.Facts.InFlightRequests,
        Subscriptions = ended.Facts.Subscriptions,
        LastInbound = ended.Facts.LastInbound,
        SuspectedCause = end.SuspectedCause,
        ServerId = live.Info.Id,
        ClientId = live.Info.ClientId > 0 ? live.Info.ClientId : null,
    };

    private static void EmitReconnecting(MachineTurn turn, SessionEnd end)
    {
        turn.Emit(new NatsReconnectingEvent
        {
            Cause = end.Reason,
            PoolSize = turn.State.Pool.Servers.Length,
            MaxAttempts = turn.Options.MaxReconnects < 0 ? null : turn.Options.MaxReconnects,
            TimeLimit = turn.Options.ReconnectTimeLimit,
        });
        if (turn.State.Successor is null && TimeFor(turn) is { } limit)
        {
            turn.Do(new SetTimer(MachineTimer.TimeLimit, limit));
        }
    }

    // A drain whose last step waits for a session has no other clock than this one.
    private static TimeSpan? TimeFor(MachineTurn turn)
    {
        TimeSpan? limit = turn.Options.ReconnectTimeLimit;
        if (turn.State.Drain is not { IsFinishing: true } drain)
        {
            return limit;
        }

        TimeSpan left = drain.Left(turn.Now);
        return limit < left ? limit : left;
    }
}
