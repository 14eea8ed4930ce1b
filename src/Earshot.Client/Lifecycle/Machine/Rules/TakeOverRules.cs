using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>A server has accepted: its session becomes the connection's, now or after a hand-over.</summary>
internal static class TakeOverRules
{
    public static void Established(MachineTurn turn, AttemptEstablished established)
    {
        OpenAttempt attempt = turn.State.Search.Find(established.AttemptId)!;
        var successor = new Successor(attempt, established.Info, established.Endpoint ?? attempt.Endpoint, established.Timings) { CredentialsExpireAt = established.CredentialsExpireAt };
        Search search = turn.State.Search;
        turn.State = turn.State with { Search = search with { Open = search.Open.Remove(attempt) } };
        DialRules.Abandon(turn, "another server accepted first");
        if (turn.State.Live is { } old)
        {
            turn.State = turn.State with { Successor = successor };
            turn.Do(new BeginHandover(old.Id, turn.Options.LameDuckGrace / 4) { AttemptId = established.AttemptId });
            return;
        }

        TakeOver(turn, successor, search);
    }

    public static void TakeOver(MachineTurn turn, Successor successor, Search search)
    {
        bool isFirst = !turn.State.HasConnectedOnce;
        SessionLoss? loss = turn.State.Lost;
        PoolServer entry = successor.Attempt.Server;
        ServerPool pool = turn.State.Pool.Connected(entry.Id);
        int sessionId = turn.State.SessionId + 1;
        NatsServer view = turn.View(pool.Find(entry.Id) ?? entry, successor.Endpoint, successor.Info, connected: turn.Now);
        turn.State = turn.State with
        {
            Pool = pool,
            SessionId = sessionId,
            Successor = null,
            Live = new LiveSession(sessionId, entry.Id, view, successor.Info, turn.Now) { CredentialsExpireAt = successor.CredentialsExpireAt },
            LastServer = view,
            HasConnectedOnce = true,
            HasBeenAccepted = true,
            Refusals = AuthRejections.None,
            IsResubscribing = !isFirst,
            LastError = null,
            Ending = null,
        };
        turn.Do(new AttachSession(successor.Attempt.Id, turn.State.SessionId, successor.Info, ConfirmReplay: !isFirst, loss?.LastInbound ?? default));
        if (isFirst)
        {
            EmitConnected(turn, successor, view, search);
        }
        else
        {
            EmitReconnected(turn, successor, view, loss!, search);
        }

        turn.Do(new StartReading(turn.State.SessionId));
        if (turn.State.BackoffRound > 0)
        {
            turn.Do(new SetTimer(MachineTimer.Stable, turn.Options.StableAfter));
        }

        RenewalRules.Plan(turn);
        PoolRules.ParkExhausted(turn, entry.Id);
        InfoRules.First(turn, successor.Info);
        turn.Do(new ConnectSucceeded());
        if (isFirst)
        {
            turn.Do(new ReconnectSucceeded()); // requested on a connection that was not connected; there is nothing to replay
        }

        ClosingRules.ResumeDrain(turn);
    }

    public static void ReplayConfirmed(MachineTurn turn, ReplayConfirmed confirmed)
    {
        if (!turn.State.IsResubscribing)
        {
            return;
        }

        EndOutage(turn, new NatsResubscribedEvent { Count = confirmed.Count, Denied = confirmed.Denied, Duration = confirmed.Elapsed, Window = turn.State.Lost!.Window(confirmed.Window.To) });
        if (confirmed.Replayed.PendingMessages > 0)
        {
            turn.Emit(new NatsPendingReplayedEvent { Messages = confirmed.Replayed.PendingMessages, Bytes = confirmed.Replayed.PendingBytes, Duration = confirmed.Elapsed });
        }

        turn.Do(new ReconnectSucceeded());
    }

    /// <summary>The session was lost before the server confirmed: the outage that it ended still gets its last event.</summary>
    public static void ReplayUnconfirmed(MachineTurn turn)
    {
        if (turn.State.IsResubscribing)
        {
            EndOutage(turn, new NatsResubscribedEvent { ServerConfirmed = false, Window = turn.State.Lost!.Window(turn.Stamp.WallClock), Duration = turn.Now - turn.State.Live!.Started });
        }
    }

    private static void EndOutage(MachineTurn turn, NatsResubscribedEvent resubscribed)
    {
        int outage = turn.State.OutageId;
        turn.State = turn.State with { IsResubscribing = false, IsInOutage = false, Lost = null };
        turn.Do(new Emit(resubscribed, new Events.JournalMove(turn.State.State, turn.State.SessionId, 0, 0) { EndsOutage = outage }));
    }

    private static void EmitConnected(MachineTurn turn, Successor successor, NatsServer view, Search search) => turn.Move(
        new NatsConnectedEvent
        {
            Server = view,
            Info = successor.Info,
            Timings = successor.Timings,
            Attempts = search.Attempts,
            Duration = turn.Now - search.Started,
        },
        NatsConnectionState.Open,
        successor.Attempt.Id);

    private static void EmitReconnected(MachineTurn turn, Successor successor, NatsServer view, SessionLoss loss, Search search)
    {
        TimeSpan outage = turn.Now - loss.At;
        LiveSession previous = loss.Session;
        bool sameServer = IsSameServer(previous, view, successor.Info);
        turn.State = turn.State with { Downtime = turn.State.Downtime + outage };
        turn.Move(
            new NatsReconnectedEvent
            {
                Server = view,
                PreviousServer = previous.Server,
                Info = successor.Info,
                OutageDuration = outage,
                Attempts = Math.Max(1, search.Attempts),
                Timings = successor.Timings,
                SameServer = sameServer,
                ServerRestarted = sameServer && previous.Info.Id != successor.Info.Id,
            },
            turn.State.Drain is null ? NatsConnectionState.Open : NatsConnectionState.DrainingSubscriptions,
            successor.Attempt.Id);
    }

    // Several servers may have one name in the DNS. A server without a name of its own has its id for one, which is new at each start.
    private static bool IsSameServer(LiveSession previous, NatsServer view, NatsServerInfo info) => Equals(previous.Server.Url, view.Url)
        && (IsNamed(previous.Info) && IsNamed(info) ? previous.Info.Name == info.Name : previous.Info.Id == info.Id || Equals(previous.Server.Endpoint, view.Endpoint));

    private static bool IsNamed(NatsServerInfo info) => info.Name.Length > 0 && info.Name != info.Id;
}
