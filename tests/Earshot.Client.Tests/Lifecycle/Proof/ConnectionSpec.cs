using System.Collections.Concurrent;
using CsCheck;
using Earshot.Lifecycle;
using Earshot.Testing;

namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>The rules of a connection, for every reachable state of its machine and every input that can occur in it.</summary>
internal static class ConnectionSpec
{
    public static Spec<ConnectionCourse> Of(CourseOptions options, PhaseGraph? graph = null) => Spec.From(ConnectionCourse.Begin(options))
        .Action("Input", options.Inputs, static (c, input) => input.Occurs(c), (c, input) => Seen(graph, c, input))
        .Action("Wait", static c => !c.Wait().Equals(c), static c => c.Wait())
        .Action("Stale input", ConnectionInputs.Stale, static (c, input) => input.Occurs(c), static (c, input) => input.Give(c))
        .Action("Misplaced input", ConnectionInputs.Misplaced, static (c, input) => input.Occurs(c), static (c, input) => input.Give(c))
        .Rule("HANDLED", "Every input has a rule.", static (_, a) => a.Thrown is null)
        .Rule("STALE-INPUT", "An input that names a session, an attempt or a call that is over changes nothing.", "Stale input", CourseRules.ChangesNothing)
        .Rule("MISPLACED-INPUT", "An input that was not ordered changes nothing.", "Misplaced input", CourseRules.ChangesNothing)
        .Rule("CLOSED-ONCE", "A run ends with one Closed.", static (b, a) => a.Did<RunEnded>().Count() == (a.IsOver && !b.IsOver ? 1 : 0))
        .Rule("CLOSED-FOR-GOOD", "A run that has ended does nothing.", static (b, _) => b.IsOver, static (_, a) => CourseRules.StaysClosed(a))
        .Rule("DISCONNECTED-LEADS-ON", "Disconnected is followed by Reconnecting or by Closed.", static (_, a) => CourseRules.DisconnectedLeadsOn(a))
        .Rule("SESSIONS-IN-TURN", "Sessions are attached and read one after the other.", CourseRules.SessionsFollowEachOther)
        .Rule("SESSION-ENDS-FIRST", "A session is given up only when it has ended.", static (b, _) => b.State.Live is not null,
            static (b, a) => a.State.Live?.Id == b.State.Live!.Id || a.Input is SessionEnded)
        .Rule("NO-OLD-SESSION", "No effect names an older session.", CourseRules.NamesNoOldSession)
        .Rule("TWO-DIALS", "At most two dials are open.", static (_, a) => a.State.Search.Open.Count <= 2)
        .Never("CLOSING-DIALS-NOT", "A connection that is being closed dials no more.", static (_, a) => a.State.Closing is not null && (a.State.Search != Search.None || a.Did<Dial>().Any()))
        .Rule("DIALS-ACCOUNTED", "Each dial is attached, dropped or reports its outcome.", CourseRules.DialsAreAccounted)
        .Rule("DIAL-REPORTED", "A dial is reported, or its outcome is reported with others.", static (_, a) => CourseRules.DialsAreReported(a))
        .Rule("ATTEMPT-OUTCOME", "An attempt that is reported has one reported outcome.", CourseRules.AttemptsHaveOutcomes)
        .Never("LIMIT", "No outage dials more servers than the limit.",
            (_, a) => options.Machine.MaxReconnects > 0 && a is { IsSearching: true, State.HasConnectedOnce: true } && a.State.Search.ServerAttempts > options.Machine.MaxReconnects)
        .Rule("REFUSED-TWICE", "The credentials are given up when each server that answers has refused them twice.", static (_, a) => CourseRules.GivesUpAfterRefusals(a))
        .Rule("CONNECT-SUCCEEDED", "Callers that wait for a session are woken when there is one, and only then.",
            static (_, a) => a.Did<ConnectSucceeded>().Any() ? a.State.Live is not null : !a.Did<AttachSession>().Any())
        .Rule("EVENT-STATE", "Events show the state that the connection has after the step.", static (_, a) => CourseRules.ShowsItsState(a))
        .Rule("EVENT-ORDER", "Lifecycle events come in their order.", static (_, a) => a.Disorder is null)
        .Rule("WAITS-FOR-SOMETHING", "A state that waits has a dial, a timer or an order that will be answered.", static (_, a) => CourseRules.WaitsForSomething(a))
        .Rule("DRAIN-ENDS", "A drain waits for its steps, and without a session for a timer.", static (_, a) => CourseRules.DrainEnds(a))
        .Rule("TIMER-NEEDED", "A timer that is set has something to decide.", static (_, a) => CourseRules.TimersAreNeeded(a))
        .Rule("OUTAGE", "An outage lasts from Disconnected until Resubscribed.", static (_, a) => a.State.IsInOutage == a.Order.Phase is EventPhase.Outage or EventPhase.Restored)
        .Invariant("NOTHING-LEFT", "Nothing runs after the end.", static c => !c.IsOver || CourseRules.IsAtRest(c))
        .Invariant("COMES-TO-REST", "With servers that accept, the connection opens or ends.", Once(CourseRules.ComesToRest))
        .Invariant("ENDS-WHEN-CLOSED", "A connection that is closed ends with its session.", Once(CourseRules.EndsWhenClosed))
        .Print(Text);

    // The state of a step that was made before is not judged again.
    private static Func<ConnectionCourse, bool> Once(Func<ConnectionCourse, bool> rule)
    {
        var known = new ConcurrentDictionary<ConnectionCourse, bool>();
        return course => known.GetOrAdd(course, rule);
    }

    private static string Text(ConnectionCourse c) =>
        $"{c.Input?.ToString() ?? "a minute passes"}\n  => {c}{(c.Disorder is null ? "" : $"\n  !! {c.Disorder}")}\n     {string.Join(' ', c.Effects.Select(Text))}";

    private static string Text(MachineEffect effect) => effect switch
    {
        Emit emit => $"[{emit.Event.Kind}]",
        SetTimer set => $"set:{set.Timer}",
        StopTimer stop => $"stop:{stop.Timer}",
        _ => effect.GetType().Name,
    };

    private static ConnectionCourse Seen(PhaseGraph? graph, ConnectionCourse before, CourseInput input)
    {
        ConnectionCourse after = input.Give(before);
        graph?.Add(before.Phase, input.Name, after.Phase);
        return after;
    }
}
