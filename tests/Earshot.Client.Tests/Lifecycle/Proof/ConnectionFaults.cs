using System.Collections.Immutable;
using CsCheck;
using Earshot.Lifecycle;

namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>Defects that are put into the results of the machine on purpose, each with the rule that has to find it.</summary>
internal static class ConnectionFaults
{
    /// <summary>By the name of the fault, the rule that finds it first.</summary>
    public static IReadOnlyDictionary<string, string> Rules { get; } = new Dictionary<string, string>
    {
        ["throws"] = "HANDLED",
        ["Resubscribed left out"] = "EVENT-ORDER",
        ["end of a drain left out"] = "EVENT-ORDER",
        ["event after Closed"] = "EVENT-ORDER",
        ["Closed twice"] = "CLOSED-ONCE",
        ["works after the end"] = "CLOSED-FOR-GOOD",
        ["Reconnecting left out"] = "DISCONNECTED-LEADS-ON",
        ["session attached with an old number"] = "SESSIONS-IN-TURN",
        ["session dropped silently"] = "SESSION-ENDS-FIRST",
        ["handover of an older session"] = "NO-OLD-SESSION",
        ["dial not dropped"] = "DIALS-ACCOUNTED",
        ["third dial"] = "TWO-DIALS",
        ["attempt without outcome"] = "ATTEMPT-OUTCOME",
        ["dial not reported"] = "DIAL-REPORTED",
        ["backoff not set"] = "WAITS-FOR-SOMETHING",
        ["callback not called"] = "WAITS-FOR-SOMETHING",
        ["session not ended"] = "WAITS-FOR-SOMETHING",
        ["drain not begun"] = "DRAIN-ENDS",
        ["timer left running"] = "TIMER-NEEDED",
        ["one attempt too many"] = "LIMIT",
        ["open but not reported as open"] = "CONNECT-SUCCEEDED",
        ["dials while it closes"] = "CLOSING-DIALS-NOT",
        ["outage forgotten"] = "OUTAGE",
        ["state of an event is another one"] = "EVENT-STATE",
        ["gives up after one refusal"] = "REFUSED-TWICE",
        ["stale input is used"] = "STALE-INPUT",
        ["misplaced input is used"] = "MISPLACED-INPUT",
    };

    public static Spec<ConnectionCourse> WithFaults(this Spec<ConnectionCourse> spec) => spec
        .Fault("throws", static (_, a) => a.Input is ConnectRequested, static (_, a) => a with { Thrown = new InvalidOperationException() })
        .Without<Emit>("Resubscribed left out", static emit => emit.Event is NatsResubscribedEvent)
        .Without<CompleteDrain>("end of a drain left out", static complete => !complete.OnlyIfLeft)
        .Changed("event after Closed", static (_, a) => a.Did<RunEnded>().Any(), static a => a.Effects.Add(new Emit(new NatsReconnectDelayEvent(), default)))
        .Changed("Closed twice", static (_, a) => a.Did<RunEnded>().Any(), static a => a.Effects.Insert(0, a.Did<RunEnded>().First()))
        .Changed("works after the end", static (b, a) => b.IsOver && a.IsOver, static a => a.Effects.Add(new MigrationFailed()))
        .Without<Emit>("Reconnecting left out", static emit => emit.Event is NatsReconnectingEvent)
        .Replaced<AttachSession>("session attached with an old number", static attach => attach with { SessionId = attach.SessionId - 1 })
        .Fault("session dropped silently", static (b, a) => a.State.Live is not null && b.State.Live is not null, static (_, a) => a with { State = a.State with { Live = null } })
        .Replaced<BeginHandover>("handover of an older session", static begin => begin with { SessionId = begin.SessionId - 1 })
        .Without<DropAttempt>("dial not dropped", static _ => true)
        .Fault("third dial", static (_, a) => a.State.Search.Open.Count == 2, static (b, a) => Third(b, a))
        .Without<Emit>("attempt without outcome", static emit => emit.Event is NatsConnectAttemptFailedEvent)
        .Without<Emit>("dial not reported", static emit => emit.Event is NatsConnectAttemptEvent)
        .Without<SetTimer>("backoff not set", static set => set.Timer == MachineTimer.Backoff)
        .Without<InvokeSelector>("callback not called", static _ => true)
        .Without<EndSession>("session not ended", static _ => true)
        .Without<BeginDrainSubscriptions>("drain not begun", static _ => true)
        .Without<StopTimer>("timer left running", static stop => stop.Timer == MachineTimer.Hedge)
        .Fault("one attempt too many", static (_, a) => a is { IsSearching: true, State.HasConnectedOnce: true }, static (_, a) => a with { State = a.State with { Search = a.State.Search with { ServerAttempts = 3 } } })
        .Without<ConnectSucceeded>("open but not reported as open", static _ => true)
        .Fault("dials while it closes", static (_, a) => a.State.Closing is not null, static (b, a) => Third(b, a))
        .Fault("outage forgotten", static (_, a) => a.State.IsInOutage, static (_, a) => a with { State = a.State with { IsInOutage = false } })
        .Replaced<Emit>("state of an event is another one", static emit => emit with { Move = emit.Move with { State = NatsConnectionState.Failed } })
        .Replaced<RunEnded>("gives up after one refusal", static end => end with { Reason = NatsCloseReason.AuthenticationFailed })
        .Fault("stale input is used", "Stale input", static (_, a) => a with { State = a.State with { BackoffRound = a.State.BackoffRound + 1 } })
        .Fault("misplaced input is used", "Misplaced input", static (_, a) => a with { State = a.State with { BackoffRound = a.State.BackoffRound + 1 } });

    private static Spec<ConnectionCourse> Without<TEffect>(this Spec<ConnectionCourse> spec, string name, Func<TEffect, bool> isLeftOut)
        where TEffect : MachineEffect => spec.Changed(
            name,
            (_, a) => a.Did<TEffect>().Any(isLeftOut),
            a => a.Effects.RemoveAll(effect => effect is TEffect one && isLeftOut(one)));

    private static Spec<ConnectionCourse> Replaced<TEffect>(this Spec<ConnectionCourse> spec, string name, Func<TEffect, TEffect> replacement)
        where TEffect : MachineEffect => spec.Changed(
            name,
            static (_, a) => a.Did<TEffect>().Any(),
            a => [.. a.Effects.Select(effect => effect is TEffect one ? replacement(one) : effect)]);

    private static Spec<ConnectionCourse> Changed(
        this Spec<ConnectionCourse> spec,
        string name,
        Func<ConnectionCourse, ConnectionCourse, bool> when,
        Func<ConnectionCourse, ImmutableArray<MachineEffect>> effects) =>
        spec.Fault(name, when, (b, a) => b.Then(a.Input!, a.State, effects(a)));

    private static ConnectionCourse Third(ConnectionCourse b, ConnectionCourse a)
    {
        var third = new OpenAttempt(a.State.AttemptId + 1, a.State.Pool.Servers[0], StateAbstraction.Now, 1);
        MachineState state = a.State with { Search = a.State.Search with { Open = a.State.Search.Open.Add(third) } };
        return a.Input is null ? a with { State = state } : b.Then(a.Input, state, a.Effects.Add(new Dial(third.Id, third.Server, null)));
    }
}
