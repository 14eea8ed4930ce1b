using Earshot.Sessions;

namespace Earshot.Lifecycle;

/// <summary>Draining and closing: every life ends here, with one Closed.</summary>
internal static class ClosingRules
{
    public static void CloseRequested(MachineTurn turn, CloseRequested asked)
    {
        if (turn.State.IsOver || turn.State.Closing is not null)
        {
            if (turn.State.IsOver)
            {
                turn.State = turn.State with { State = NatsConnectionState.Closed }; // failed before, and now for good
            }

            return;
        }

        NatsDisconnectReason disconnect = asked.Reason == NatsCloseReason.Disposed ? NatsDisconnectReason.Disposed : NatsDisconnectReason.UserClosed;
        if (!InterruptDrain(turn))
        {
            var left = new NatsDrainCompletedEvent { Scope = NatsDrainScope.Connection, Outcome = NatsDrainOutcome.Interrupted };
            turn.Do(new CompleteDrain(left, turn.Here()) { OnlyIfLeft = true });
        }

        EndWith(turn, asked.Reason, disconnect, asked.Exception);
    }

    public static void DrainRequested(MachineTurn turn, DrainRequested asked)
    {
        MachineState state = turn.State;
        if (state.IsOver || state.Closing is not null || state.Drain is not null)
        {
            return;
        }

        if (state.State == NatsConnectionState.Closed)
        {
            EndWith(turn, NatsCloseReason.DrainCompleted, NatsDisconnectReason.Drained);
            return;
        }

        if (state.Live is null)
        {
            DialRules.Abandon(turn, "the connection drains");
        }

        turn.State = turn.State with { Drain = new DrainProgress(turn.Now, asked.Timeout, asked.Subscriptions) };
        turn.Move(new NatsDrainStartedEvent { Scope = NatsDrainScope.Connection, Subscriptions = asked.Subscriptions, Timeout = asked.Timeout }, NatsConnectionState.DrainingSubscriptions);
        turn.Do(new StopTimer(MachineTimer.Migrate));
        turn.Do(new StopTimer(MachineTimer.Renew));
        turn.Do(new BeginDrainSubscriptions(asked.Timeout, state.Live is not null));
    }

    public static void SubscriptionsDrained(MachineTurn turn, SubscriptionsDrained drained)
    {
        if (turn.State.Drain is not { IsFinishing: false } drain || turn.State.IsOver || turn.State.Closing is not null)
        {
            return;
        }

        if (drained.Outcome == NatsDrainOutcome.TimedOut)
        {
            turn.Emit(new NatsDrainTimeoutEvent { Timeout = drain.Timeout, Remaining = drained.Remaining });
        }

        turn.State = turn.State with { Drain = drain with { IsFinishing = true, Outcome = drained.Outcome, Delivered = drained.Delivered } };
        if (turn.State.Live is not null)
        {
            DrainPublishers(turn);
        }
        else if (turn.State.Search != Search.None)
        {
            // Lost while draining: what is still to be sent waits for a session, but not longer than the drain may take.
            turn.Do(new SetTimer(MachineTimer.TimeLimit, drain.Left(turn.Now)));
        }
        else
        {
            // There is no session, and none is being looked for: the network part is left out.
            Complete(turn, drained.Outcome);
            Finish(turn, CloseReasonFor(drained.Outcome), null);
        }
    }

    /// <summary>A session was established while draining: the drain continues where it was.</summary>
    public static void ResumeDrain(MachineTurn turn)
    {
        if (turn.State.Drain is { IsFinishing: true } && turn.State.Closing is null)
        {
            DrainPublishers(turn);
        }
    }

    public static void PublishersDrained(MachineTurn turn, PublishersDrained drained)
    {
        if (turn.State.Drain is not { IsFinishing: true } drain || turn.State.IsOver || turn.State.Closing is not null)
        {
            return;
        }

        NatsDrainOutcome outcome = drained.IsClean ? drain.Outcome : NatsDrainOutcome.TimedOut;
        Complete(turn, outcome);
        EndWith(turn, CloseReasonFor(outcome), NatsDisconnectReason.Drained);
    }

    public static void TimeLimitReached(MachineTurn turn)
    {
        if (turn.State is { State: NatsConnectionState.Reconnecting, Live: null } && turn.State.Search != Search.None)
        {
            GiveUp(turn, NatsCloseReason.ReconnectTimeExceeded);
        }
    }

    /// <summary>The search ends without a session, and with it the connection.</summary>
    public static void GiveUp(MachineTurn turn, NatsCloseReason reason)
    {
        bool isOwnLimit = reason == NatsCloseReason.ReconnectTimeExceeded && turn.State.Drain is null; // else the drain's time is over
        if (reason == NatsCloseReason.MaxReconnectsReached || isOwnLimit)
        {
            turn.Emit(new NatsMaxReconnectsReachedEvent
            {
                Limit = isOwnLimit ? NatsReconnectLimit.Time : NatsReconnectLimit.Attempts,
                MaxAttempts = isOwnLimit ? null : turn.Options.MaxReconnects,
                MaxDuration = isOwnLimit ? turn.Options.ReconnectTimeLimit : null,
            });
        }

        if (reason is NatsCloseReason.MaxReconnectsReached or NatsCloseReason.ReconnectTimeExceeded)
        {
            reason = CommonCause(turn.State.Search) ?? reason;
        }

        var failure = new NatsConnectionFailedException([.. turn.State.Search.Failures]);
        DialRules.Abandon(turn, "the connection gave up");
        Finish(turn, reason, failure);
    }

    /// <summary>The last event of this connection run.</summary>
    public static void Finish(MachineTurn turn, NatsCloseReason reason, Exception? exception)
    {
        reason = InterruptDrain(turn) && StateFor(reason) == NatsConnectionState.Failed ? NatsCloseReason.DrainInterrupted : reason;
        if (turn.State is { IsInOutage: true, Live: null, Lost: { } loss })
        {
            turn.State = turn.State with { Downtime = turn.State.Downtime + (turn.Now - loss.At) };
        }

        turn.State = turn.State with { IsOver = true, State = StateFor(reason), CloseReason = reason, Search = Search.None, Closing = null, Successor = null, IsInOutage = false, Drain = null };
        turn.Do(new RunEnded(reason, exception)
        {
            LastServer = turn.State.LastServer,
            Lifetime = turn.Now - turn.State.FirstConnectAt,
            Outages = turn.State.Outages,
            Downtime = turn.State.Downtime,
            Move = new Events.JournalMove(turn.State.State, turn.State.SessionId, 0, 0),
        });
    }

    /// <summary>Reports a drain that cannot be finished. True when there was one.</summary>
    public static bool InterruptDrain(MachineTurn turn)
    {
        if (turn.State.Drain is null)
        {
            return false;
        }

        Complete(turn, NatsDrainOutcome.Interrupted);
        return true;
    }

    public static NatsConnectionState StateFor(NatsCloseReason reason) =>
        reason is NatsCloseReason.UserClosed or NatsCloseReason.Disposed or NatsCloseReason.DrainCompleted or NatsCloseReason.DrainTimedOut or NatsCloseReason.DrainInterrupted
            ? NatsConnectionState.Closed
            : NatsConnectionState.Failed;

    private static void EndWith(MachineTurn turn, NatsCloseReason reason, NatsDisconnectReason disconnect, Exception? exception = null)
    {
        DialRules.DropAll(turn);
        if (turn.State.Live is null)
        {
            Finish(turn, reason, exception);
            return;
        }

        turn.State = turn.State with { Closing = new CloseIntent(reason), Ending = turn.State.Ending ?? disconnect };
        turn.Do(new EndSession(new SessionEnd(disconnect)));
    }

    private static void DrainPublishers(MachineTurn turn)
    {
        turn.Move(new NatsDrainingPublishersEvent(), NatsConnectionState.DrainingPublishers);
        TimeSpan left = turn.State.Drain!.Left(turn.Now);
        turn.Do(new BeginDrainPublishers(turn.State.SessionId, left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1)));
    }

    private static void Complete(MachineTurn turn, NatsDrainOutcome outcome)
    {
        DrainProgress drain = turn.State.Drain!;
        var completed = new NatsDrainCompletedEvent
        {
            Scope = NatsDrainScope.Connection,
            Outcome = outcome,
            Subscriptions = drain.Subscriptions,
            Delivered = drain.Delivered,
            Duration = turn.Now - drain.Started,
        };
        turn.Do(new CompleteDrain(completed, turn.Here()));
        turn.State = turn.State with { Drain = null };
    }

    private static NatsCloseReason CloseReasonFor(NatsDrainOutcome outcome) => outcome switch
    {
        NatsDrainOutcome.Clean => NatsCloseReason.DrainCompleted,
        NatsDrainOutcome.TimedOut => NatsCloseReason.DrainTimedOut,
        _ => NatsCloseReason.DrainInterrupted,
    };

    // A limit was reached because every attempt met the same obstacle on this side: that is what has to be changed.
    private static NatsCloseReason? CommonCause(Search search) =>
        search.Failures.IsEmpty ? null
        : search.Failures.TrueForAll(failure => failure.Exception is NatsCredentialsException) ? NatsCloseReason.CredentialsFailed
        : search.Failures.TrueForAll(failure => failure.Exception is NatsTlsException { IsContradiction: true }) ? NatsCloseReason.ConfigurationError
        : null;
}
