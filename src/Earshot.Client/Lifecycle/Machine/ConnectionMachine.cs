namespace Earshot.Lifecycle;

/// <summary>
/// The life of a connection as a pure function: state, fact, time in; state, orders out. Every lifecycle event is one of its
/// orders, so the order and the pairing of events are properties of this table. It has no socket, task, clock or random
/// number, and the first connect and the hundredth reconnect run through the same lines.
/// </summary>
internal static class ConnectionMachine
{
    public static Transition Step(MachineState state, MachineInput input, Stamp stamp)
    {
        var turn = new MachineTurn(state, stamp);
        switch (input)
        {
            case ConnectAsked: SearchRules.ConnectAsked(turn); break;
            case ReconnectAsked asked: SessionRules.ReconnectAsked(turn, asked); break;
            case DrainAsked asked: ClosingRules.DrainAsked(turn, asked); break;
            case CloseAsked asked: ClosingRules.CloseAsked(turn, asked); break;
            case ServersSet set: PoolRules.ServersSet(turn, set); break;
            case AddressesResolved resolved: SearchRules.Resolved(turn, resolved); break;
            case AttemptShowedLife alive: SearchRules.ShowedLife(turn, alive); break;
            case AttemptEstablished established: TakeOverRules.Established(turn, established); break;
            case AttemptFailed failed: SearchRules.Failed(turn, failed); break;
            case SelectorAnswered answer: RoundRules.SelectorAnswered(turn, answer); break;
            case DelayAnswered answer: RoundRules.DelayAnswered(turn, answer); break;
            case TimerFired fired: Fired(turn, fired.Timer); break;
            case InfoReceived info when IsLive(state, info.SessionId): PoolRules.InfoReceived(turn, info.Info); break;
            case ServerErrorReceived error when IsLive(state, error.SessionId): SessionRules.ServerError(turn, error); break;
            case SessionEnded ended when IsLive(state, ended.SessionId): SessionRules.Ended(turn, ended); break;
            case ReplayConfirmed confirmed when IsLive(state, confirmed.SessionId): TakeOverRules.ReplayConfirmed(turn, confirmed); break;
            case HandoverReady ready when IsLive(state, ready.SessionId): LameDuckRules.HandoverReady(turn); break;
            case SubscriptionsDrained drained: ClosingRules.SubscriptionsDrained(turn, drained); break;
            case PublishersDrained drained when IsLive(state, drained.SessionId): ClosingRules.PublishersDrained(turn, drained); break;
            default: break; // a fact of a session or attempt that is gone
        }

        return new Transition(turn.State, turn.Effects);
    }

    private static bool IsLive(MachineState state, int sessionId) => state.Live is { } live && live.Id == sessionId;

    private static void Fired(MachineTurn turn, MachineTimer timer)
    {
        switch (timer)
        {
            case MachineTimer.Hedge: SearchRules.HedgeDue(turn); break;
            case MachineTimer.Backoff: RoundRules.BackoffOver(turn); break;
            case MachineTimer.TimeLimit: GiveUpRules.TimeLimitReached(turn); break;
            case MachineTimer.Stable when turn.State.Live is not null: turn.State = turn.State with { BackoffRound = 0 }; break;
            case MachineTimer.Migrate: LameDuckRules.MigrationDue(turn); break;
            case MachineTimer.Renew: RenewalRules.Due(turn); break;
            case MachineTimer.Repeats: SessionRules.RepeatsDue(turn); break;
            default:
                break;
        }
    }
}
