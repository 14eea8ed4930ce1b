using CsCheck;
using Earshot.JetStream.Consuming;
using Earshot.Testing;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The rules of a read, for every reachable state of the pull machine and every input.</summary>
internal static class PullSpec
{
    private static readonly int[] s_inputs = [.. Enumerable.Range(0, PullInputs.Count).Where(static input => !PullInputs.IsTime(input))];

    public static Spec<PullWalk> Of(PullSettings settings, PhaseGraph? graph = null) => Spec.From(PullWalk.Begin(settings))
        .Action("Input", s_inputs, (walk, input) => Seen(graph, walk, PullInputs.NameOf(input), walk.Then(input, 1)))
        .Action("Due", static walk => walk.IsDue, walk => Seen(graph, walk, "Timer", walk.ThenWhenDue()))
        .Rule("RULES", "Amounts, reports and timers are consistent after each input.", static (_, a) => a.Violation is null)
        .Rule("OVER-FOR-GOOD", "An ended read does not continue.", static (b, _) => b.IsOver, static (b, a) => a.Phase == b.Phase)
        .Invariant("ENDS-WHEN-STOPPED", "A read that is stopped ends within five seconds.", static walk => walk.EndsWhenStopped)
        .Print(static walk => walk.Phase.ToString());

    private static PullWalk Seen(PhaseGraph? graph, PullWalk before, string input, PullWalk after)
    {
        graph?.Add(before.Phase.ToString(), input, after.Phase.ToString());
        return after;
    }
}
