using System.Diagnostics;

namespace Earshot.Lifecycle;

/// <summary>
/// The lifecycle of a connection as a pure function: state, input, time in; state, effects out. Every lifecycle event is one of its
/// effects, so the order and the pairing of events are properties of this table. It has no socket, task, clock or random
/// number, and the first connect and the hundredth reconnect use the same code.
/// </summary>
internal static class ConnectionMachine
{
#if DEBUG
    private const bool ThrowsOnUnhandled = true;
#else
    private const bool ThrowsOnUnhandled = false;
#endif

    /// <param name="state">The state before.</param>
    /// <param name="input">What happened.</param>
    /// <param name="stamp">When it happened, and the random seed of this step.</param>
    /// <param name="throws">An input without a rule is a defect: it throws, or becomes an InternalFault event.</param>
    public static Transition Step(MachineState state, MachineInput input, Stamp stamp, bool throws = ThrowsOnUnhandled)
    {
        var turn = new MachineTurn(state, stamp);
        if (StaleInputs.Contain(state, input))
        {
            StaleInputs.Drop(turn, input);
        }
        else if (!TryStep(turn, input))
        {
            Unhandled(turn, input, throws);
        }

        return new Transition(turn.State, turn.Effects);
    }

    private static bool TryStep(MachineTurn turn, MachineInput input)
    {
        switch (input)
        {
            case ConnectRequested asked: CommandRules.ConnectRequested(turn, asked); break;
            case ReconnectRequested asked: CommandRules.ReconnectRequested(turn, asked); break;
            case ServersReplaced set: CommandRules.ServersReplaced(turn, set); break;
            case DrainRequested asked: ClosingRules.DrainRequested(turn, asked); break;
            case CloseRequested asked: ClosingRules.CloseRequested(turn, asked); break;
            case AddressesResolved resolved: SearchRules.Resolved(turn, resolved); break;
            case AttemptProgressed progressed: SearchRules.Progressed(turn, progressed); break;
            case AttemptEstablished established: TakeOverRules.Established(turn, established); break;
            case AttemptFailed failed: ContinueSearch(turn, SearchRules.Failed(turn, failed)); break;
            case SelectorReturned answer: RoundRules.SelectorReturned(turn, answer); break;
            case DelayReturned answer: RoundRules.DelayReturned(turn, answer); break;
            case TimerFired fired: return TryFire(turn, fired.Timer);
            case InfoReceived info: InfoRules.Received(turn, info.Info); break;
            case AdvertisedFiltered judged: InfoRules.Filtered(turn, judged); break;
            case ServerErrorReceived error: ErrorRules.Received(turn, error); break;
            case SessionEnded ended: SessionRules.Ended(turn, ended); break;
            case ReplayConfirmed confirmed: TakeOverRules.ReplayConfirmed(turn, confirmed); break;
            case HandoverReady: LameDuckRules.HandoverReady(turn); break;
            case SubscriptionsDrained drained: ClosingRules.SubscriptionsDrained(turn, drained); break;
            case PublishersDrained drained: ClosingRules.PublishersDrained(turn, drained); break;
            default: return false;
        }

        return true;
    }

    private static bool TryFire(MachineTurn turn, MachineTimer timer)
    {
        switch (timer)
        {
            case MachineTimer.Hedge: SearchRules.HedgeDue(turn); break;
            case MachineTimer.Backoff: RoundRules.BackoffOver(turn); break;
            case MachineTimer.TimeLimit: ClosingRules.TimeLimitReached(turn); break;
            case MachineTimer.Stable: SessionRules.StableReached(turn); break;
            case MachineTimer.Migrate: LameDuckRules.MigrationDue(turn); break;
            case MachineTimer.Renew: RenewalRules.Due(turn); break;
            case MachineTimer.Info: InfoRules.Due(turn); break;
            case MachineTimer.Repeats: ErrorRules.RepeatsDue(turn); break;
            default: return false;
        }

        return true;
    }

    // The search decides the consequence of a failed attempt; it does not end the connection itself.
    private static void ContinueSearch(MachineTurn turn, FailureDecision decision)
    {
        if (decision.Reason is { } reason)
        {
            ClosingRules.GiveUp(turn, reason);
        }
        else
        {
            SearchRules.Continue(turn, decision);
        }
    }

    private static void Unhandled(MachineTurn turn, MachineInput input, bool throws)
    {
        var fault = new UnreachableException($"Unhandled state machine input {input}.");
        if (throws)
        {
            throw fault;
        }

        if (!turn.State.IsOver)
        {
            turn.Emit(new NatsInternalFaultEvent { Exception = fault, Restarted = true }); // nothing comes after Closed
        }
    }
}
