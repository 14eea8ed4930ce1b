using System.Collections.Immutable;

namespace Earshot.Lifecycle;

/// <summary>Errors that servers report: which events they become, what repeats, and what a refusal counts for.</summary>
internal static class ErrorRules
{
    private const int MostRepeated = 64;
    private static readonly TimeSpan s_repeatInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_refusalInterval = TimeSpan.FromMinutes(1);

    /// <summary>An -ERR of the live session.</summary>
    public static void Received(MachineTurn turn, ServerErrorReceived received)
    {
        NatsServerError error = received.Error;
        bool isRefusal = error.Code == NatsServerErrorCode.PermissionsViolation || error.Scope == NatsServerErrorScope.Subscription;
        RepeatedError? repeated = turn.State.Repeated.Find(other => other.Error.Text == error.Text);
        if (repeated is not null && !error.ServerCloses && received.Subscriptions is [])
        {
            turn.State = turn.State with { Repeated = turn.State.Repeated.Replace(repeated, repeated with { Held = repeated.Held + 1 }) };
        }
        else
        {
            Remember(turn, error, repeated);
            Emit(turn, error, turn.State.Live!.Server);
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

    /// <summary>A minute has elapsed: errors that were repeated meanwhile are reported as one event each, the others are removed.</summary>
    public static void RepeatsDue(MachineTurn turn)
    {
        foreach (RepeatedError repeated in turn.State.Repeated)
        {
            EmitRepeats(turn, repeated);
        }

        turn.State = turn.State with { Repeated = [.. turn.State.Repeated.Where(repeated => repeated.Held > 0).Select(repeated => repeated with { Held = 0 })] };
        if (!turn.State.Repeated.IsEmpty)
        {
            turn.Do(new SetTimer(MachineTimer.Repeats, s_repeatInterval));
        }
    }

    /// <summary>The session is over: what it repeated is reported, and nothing of it is kept.</summary>
    public static void EndRepeats(MachineTurn turn)
    {
        foreach (RepeatedError repeated in turn.State.Repeated)
        {
            EmitRepeats(turn, repeated);
        }

        turn.State = turn.State with { Repeated = [] };
        turn.Do(new StopTimer(MachineTimer.Repeats));
    }

    /// <summary>Every -ERR is an event; what it is about is a second one.</summary>
    public static void Emit(MachineTurn turn, NatsServerError error, NatsServer server, OpenAttempt? attempt = null, bool willAbort = false)
    {
        int attemptId = attempt?.Id ?? 0;
        turn.Emit(new NatsServerErrorEvent { Code = error.Code, Text = error.Text, DisconnectExpected = error.ServerCloses || attempt is not null, Retryable = error.Retryable }, attemptId);
        if (AuthKind(error.Code) is { } kind)
        {
            EmitAuthentication(turn, kind, server, attempt, willAbort);
        }
        else if (Limit(error.Code) is { } limit)
        {
            turn.Emit(new NatsLimitExceededEvent { Limit = limit }, attemptId);
        }
        else if (error.Code == NatsServerErrorCode.StaleConnection)
        {
            turn.Emit(new NatsStaleConnectionEvent { Reason = NatsStaleConnectionReason.ServerError }, attemptId);
        }
    }

    private static void EmitAuthentication(MachineTurn turn, NatsAuthErrorKind kind, NatsServer server, OpenAttempt? attempt, bool willAbort)
    {
        int held = 0;
        bool isThrottled = attempt is not null && (kind == NatsAuthErrorKind.Timeout || GiveUpRules.RetriesRejectedCredentials(turn));
        if (isThrottled)
        {
            AuthRejections run = turn.State.Refusals;
            bool wasReported = run.Reported.TryGetValue(kind, out ReportedRejection last);
            bool isDue = !wasReported || willAbort || turn.Now - last.At >= s_refusalInterval;
            held = last.Held;
            turn.State = turn.State with { Refusals = run with { Reported = run.Reported.SetItem(kind, isDue ? new ReportedRejection(turn.Now, 0) : last with { Held = held + 1 }) } };
            if (!isDue)
            {
                return;
            }
        }

        turn.Emit(
            new NatsAuthenticationErrorEvent
            {
                Error = kind,
                Server = server,
                ConsecutiveRejections = attempt is null ? 0 : Math.Max(kind == NatsAuthErrorKind.Timeout ? 0 : 1, turn.State.Pool.Find(attempt.ServerId)?.AuthFailures ?? 0),
                TimeUntilAbort = GiveUpRules.RejectionTimeLeft(turn),
                WillAbort = willAbort,
                CredentialsDynamic = turn.Options.AreCredentialsDynamic,
                RepeatCount = held + 1,
            },
            attempt?.Id ?? 0);
    }

    private static void Remember(MachineTurn turn, NatsServerError error, RepeatedError? before)
    {
        ImmutableList<RepeatedError> repeated = turn.State.Repeated;
        if (before is not null)
        {
            EmitRepeats(turn, before);
            repeated = repeated.Remove(before);
        }
        else if (repeated.Count >= MostRepeated)
        {
            EmitRepeats(turn, repeated[0]);
            repeated = repeated.RemoveAt(0);
        }

        if (turn.State.Repeated.IsEmpty)
        {
            turn.Do(new SetTimer(MachineTimer.Repeats, s_repeatInterval));
        }

        turn.State = turn.State with { Repeated = repeated.Add(new RepeatedError(error, 0)) };
    }

    // One message that a server sends a hundred thousand times must not push everything else out of the journal.
    private static void EmitRepeats(MachineTurn turn, RepeatedError repeated)
    {
        if (repeated.Held == 0)
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
            RepeatCount = times,
        });
    }

    private static NatsAuthErrorKind? AuthKind(NatsServerErrorCode code) => code switch
    {
        NatsServerErrorCode.AuthorizationViolation => NatsAuthErrorKind.Violation,
        NatsServerErrorCode.UserAuthenticationExpired => NatsAuthErrorKind.Expired,
        NatsServerErrorCode.UserAuthenticationRevoked => NatsAuthErrorKind.Revoked,
        NatsServerErrorCode.AccountAuthenticationExpired => NatsAuthErrorKind.AccountExpired,
        NatsServerErrorCode.AuthenticationTimeout => NatsAuthErrorKind.Timeout,
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
