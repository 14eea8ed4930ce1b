using System.Collections.Immutable;
using Earshot.Sessions;

namespace Earshot.Lifecycle;

/// <summary>What happens to and because of the live session: errors of the server, a forced reconnect, its end.</summary>
internal static class SessionRules
{
    private static readonly TimeSpan s_repeatInterval = TimeSpan.FromSeconds(1);

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
        else if (turn.State.State is NatsConnectionState.Closed or NatsConnectionState.Failed)
        {
            SearchRules.ConnectAsked(turn);
        }
        else
        {
            RoundRules.Hurry(turn);
        }
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

    public static void ServerError(MachineTurn turn, ServerErrorReceived received)
    {
        NatsServerError error = received.Error;
        bool isRefusal = error.Code == NatsServerErrorCode.PermissionsViolation || error.Scope == NatsServerErrorScope.Subscription;
        if (turn.State.Repeated is { } repeated && repeated.Error.Text == error.Text && !error.ServerCloses && received.Subscriptions is [])
        {
            turn.State = turn.State with { Repeated = repeated with { Held = repeated.Held + 1 } };
        }
        else
        {
            TellRepeats(turn);
            turn.State = turn.State with { Repeated = new RepeatedError(error, 0) };
            turn.Do(new SetTimer(MachineTimer.Repeats, s_repeatInterval));
            EmitServerError(turn, error, turn.State.Live!.Server, attempt: null, disconnects: error.ServerCloses);
            EmitViolation(turn, error, received.Subscriptions, 1);
            if (isRefusal && turn.State.IsResubscribing)
            {
                foreach (INatsSub subscription in received.Subscriptions)
                {
                    turn.Emit(new NatsResubscribeFailedEvent { Subscription = subscription, Exception = new NatsPermissionViolationException(error), ServerError = error });
                }
            }
        }

        if (isRefusal)
        {
            turn.Do(new FailRefused(error, received.Subscriptions));
        }
    }

    /// <summary>A second has passed since an error was told: what came of it meanwhile is told in one, or it is over.</summary>
    public static void RepeatsDue(MachineTurn turn)
    {
        if (turn.State.Repeated is not { } repeated)
        {
            return;
        }

        TellRepeats(turn);
        turn.State = turn.State with { Repeated = repeated.Held > 0 ? repeated with { Held = 0 } : null };
        if (repeated.Held > 0)
        {
            turn.Do(new SetTimer(MachineTimer.Repeats, s_repeatInterval));
        }
    }

    // One message that a server says a hundred thousand times must not push everything else out of the journal.
    private static void TellRepeats(MachineTurn turn)
    {
        if (turn.State.Repeated is not { Held: > 0 } repeated)
        {
            return;
        }

        NatsServerError error = repeated.Error;
        turn.Emit(new NatsServerErrorEvent { Code = error.Code, Text = error.Text, DisconnectExpected = error.ServerCloses, Retryable = error.Retryable, RepeatCount = repeated.Held });
        EmitViolation(turn, error, [], repeated.Held);
    }

    private static void EmitViolation(MachineTurn turn, NatsServerError error, ImmutableArray<INatsSub> subscriptions, int times)
    {
        if (error.Code != NatsServerErrorCode.PermissionsViolation)
        {
            return;
        }

        turn.Emit(new NatsPermissionViolationEvent
        {
            Operation = error.Operation ?? NatsPermissionOperation.Publish,
            Subject = error.Subject ?? "",
            Queue = error.QueueGroup,
            Sid = error.Sid,
            Subscriptions = subscriptions,
            Text = error.Text,
            Repeat = times,
            RepeatCount = times,
        });
    }

    /// <summary>Every -ERR is an event; what it is about is a second one.</summary>
    public static void EmitServerError(MachineTurn turn, NatsServerError error, NatsServer server, OpenAttempt? attempt, bool disconnects)
    {
        int attemptId = attempt?.Id ?? 0;
        turn.Emit(new NatsServerErrorEvent { Code = error.Code, Text = error.Text, DisconnectExpected = disconnects || attempt is not null, Retryable = error.Retryable }, attemptId);
        if (AuthKind(error.Code) is { } kind)
        {
            int serverId = attempt?.ServerId ?? turn.State.Live?.ServerId ?? -1;
            // All addresses of a server are one try, and one refusal of it.
            bool isTryOver = attempt is null || !SearchRules.HasMoreOf(turn.State.Search, attempt);
            if (isTryOver)
            {
                turn.State = turn.State with { Pool = turn.State.Pool.AuthFailed(serverId, error.Text) };
            }

            int consecutive = turn.State.Pool.Find(serverId) is { } refusing ? Math.Max(1, refusing.AuthFailures) : 1;
            turn.Emit(
                new NatsAuthenticationErrorEvent
                {
                    Error = kind,
                    Server = server,
                    Refusals = consecutive,
                    CredentialsDynamic = turn.Options.AreCredentialsDynamic,
                    WillAbort = attempt is not null && turn.State.Live is null && GiveUpRules.AuthenticationIsHopeless(turn)
                        && (turn.State.HasConnectedOnce || GiveUpRules.RetriesInitially(turn.Options)),
                },
                attemptId);
        }
        else if (Limit(error.Code) is { } limit)
        {
            turn.Emit(new NatsLimitExceededEvent { Which = limit }, attemptId);
        }
        else if (error.Code == NatsServerErrorCode.StaleConnection)
        {
            turn.Emit(new NatsStaleConnectionEvent { By = StaleDetector.ServerError }, attemptId);
        }
    }

    public static void Ended(MachineTurn turn, SessionEnded ended)
    {
        LiveSession live = turn.State.Live!;
        TakeOverRules.ReplayUnconfirmed(turn);
        TellRepeats(turn);
        turn.State = turn.State with { Repeated = null };
        turn.Do(new StopTimer(MachineTimer.Repeats));
        turn.Do(new StopTimer(MachineTimer.Stable));
        turn.Do(new StopTimer(MachineTimer.Migrate));
        turn.Do(new StopTimer(MachineTimer.Renew));
        // A successor is connected already: moving to it is no reconnect that a limit could forbid.
        bool reconnects = turn.State.Closing is null && (turn.Options.MaxReconnects != 0 || turn.State.Successor is not null);
        bool isDrain = !reconnects && ClosingRules.InterruptDrain(turn);
        SessionEnd end = Explain(turn, live, ended.End);
        Lose(turn, live, end, ended.Facts.LastInbound, reconnects);

        NatsCloseReason closeReason = turn.State.Closing?.Reason ?? (isDrain ? NatsCloseReason.DrainInterrupted : NatsCloseReason.ReconnectDisabled);
        NatsConnectionState next = reconnects ? NatsConnectionState.Reconnecting : ClosingRules.StateFor(closeReason);
        turn.Move(Disconnected(turn, live, end, ended, reconnects), next);
        if (reconnects)
        {
            EmitReconnecting(turn, end);
        }
        // A planned move leaves a server that has all requests; their replies find the same inbox on the next session.
        bool isMove = turn.State.Successor is not null && ended.End.Reason is NatsDisconnectReason.LameDuck or NatsDisconnectReason.ForceReconnect;
        turn.Do(new FailInFlight(end, ended.Cut, RequestsMoveAlong: isMove));
        if (ended.Cut.UnknownMessages > 0)
        {
            turn.Emit(new NatsPendingDiscardedEvent { Messages = ended.Cut.UnknownMessages, Bytes = ended.Cut.UnknownBytes, Cause = DiscardCause.PartialWrite });
        }

        if (reconnects)
        {
            FindAnother(turn, live, isForced: end.Reason == NatsDisconnectReason.ForceReconnect);
        }
        else
        {
            ClosingRules.DropAttempts(turn); // of a migration
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

    private static void Lose(MachineTurn turn, LiveSession live, SessionEnd end, DateTimeOffset lastInbound, bool reconnects)
    {
        bool wasShort = turn.Now - live.Started < turn.Options.StableAfter;
        bool wasOurs = turn.State.Ending is not null;
        turn.State = turn.State with
        {
            Live = null,
            Lost = new Loss(live, end.Reason, turn.Now, lastInbound),
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
            // A migration was already dialling: it goes on as this outage's search, now with the whole pool behind it.
            ImmutableList<Candidate> rest = [.. turn.State.Pool.Order(lost.ServerId, turn.Stamp.Random()).Where(id => running.Open.TrueForAll(open => open.ServerId != id)).Select(id => new Candidate(id))];
            turn.State = turn.State with { Search = running with { Queue = rest, AvoidServer = lost.ServerId, Tries = running.Open.DistinctBy(open => open.ServerId).Count(), Failures = [] } };
            SearchRules.EnsureHedge(turn);
        }
        else
        {
            turn.Do(new StopTimer(MachineTimer.Backoff));
            if (forced is { } id && turn.State.Pool.Find(id) is not null)
            {
                SearchRules.BeginWith(turn, new Candidate(id) { By = ServerSelection.ForcedTarget }, lost.ServerId);
            }
            else
            {
                SearchRules.Begin(turn, lost.ServerId, atOnce: isForced);
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
        PendingBytes = ended.Cut.PendingBytes,
        PendingMessages = ended.Cut.PendingMessages,
        InFlightRequests = ended.Facts.InFlightRequests,
        Subscriptions = ended.Facts.Subscriptions,
        LastInbound = ended.Facts.LastInbound,
        SuspectedCause = end.SuspectedCause,
    };

    private static void EmitReconnecting(MachineTurn turn, SessionEnd end)
    {
        turn.Emit(new NatsReconnectingEvent
        {
            Cause = end.Reason,
            PoolSize = turn.State.Pool.Servers.Length,
            MaxReconnects = turn.Options.MaxReconnects < 0 ? null : turn.Options.MaxReconnects,
            Deadline = turn.Options.ReconnectTimeLimit,
        });
        if (TimeFor(turn) is { } limit)
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

    private static AuthErrorKind? AuthKind(NatsServerErrorCode code) => code switch
    {
        NatsServerErrorCode.AuthorizationViolation => AuthErrorKind.Violation,
        NatsServerErrorCode.UserAuthenticationExpired => AuthErrorKind.Expired,
        NatsServerErrorCode.UserAuthenticationRevoked => AuthErrorKind.Revoked,
        NatsServerErrorCode.AccountAuthenticationExpired => AuthErrorKind.AccountExpired,
        NatsServerErrorCode.AuthenticationTimeout => AuthErrorKind.Timeout,
        _ => null,
    };

    private static NatsLimit? Limit(NatsServerErrorCode code) => code switch
    {
        NatsServerErrorCode.MaximumPayloadViolation => NatsLimit.MaxPayload,
        NatsServerErrorCode.MaximumConnectionsExceeded => NatsLimit.MaxConnections,
        NatsServerErrorCode.MaximumAccountConnectionsExceeded => NatsLimit.MaxAccountConnections,
        NatsServerErrorCode.MaximumSubscriptionsExceeded => NatsLimit.MaxSubscriptions,
        NatsServerErrorCode.MaximumControlLineExceeded => NatsLimit.MaxControlLine,
        NatsServerErrorCode.ConnectionThrottled => NatsLimit.Throttled,
        _ => null,
    };
}
