using CsCheck;
using Earshot.JetStream.Consuming;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Every reachable state of the pull machine, with at most two messages at a time.</summary>
public sealed class PullSpecTests
{
    private static readonly PullSettings s_two =
        MachineRig.Ten with { MaxMsgs = 2, Threshold = 1, Heartbeat = TimeSpan.TicksPerSecond, Expires = 4 * TimeSpan.TicksPerSecond };

    private static readonly PullSettings s_fetch = s_two with { IsSingle = true, Threshold = 0 };

    [Fact]
    public void States_after_six_inputs_keep_the_rules_and_are_the_diagram_of_the_documentation()
    {
        var graph = new PhaseGraph();
        Explore(s_two, inputs: 6, atLeast: 2_000, graph);
        Explore(s_fetch, inputs: 6, atLeast: 1_000, graph);
        Assert.Null(GeneratedDocs.Difference("docs/machines.md", "pull", graph.ToString()));
    }

    [Fact]
    public void Every_reachable_state_of_a_fetch_of_one_message_keeps_the_rules() => Prove(s_fetch with { MaxMsgs = 1 });

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 0)]
    [Trait("Duration", "Long")]
    public void Every_reachable_state_of_a_consume_keeps_the_rules(int maxMsgs, int heartbeatSeconds) =>
        Prove(s_two with { MaxMsgs = maxMsgs, Threshold = maxMsgs - 1, Heartbeat = heartbeatSeconds * TimeSpan.TicksPerSecond });

    [Fact]
    [Trait("Duration", "Long")]
    public void Every_reachable_state_of_a_fetch_of_two_messages_keeps_the_rules() => Prove(s_fetch);

    private static void Prove(PullSettings settings)
    {
        SpecReport<PullWalk> report = PullSpec.Of(settings).Exhaustive(TestContext.Current.SendDiagnosticMessage, maxStates: 400_000);
        Assert.True(report.Closed);
        Assert.Empty(report.NeverFired);
    }

    private static void Explore(PullSettings settings, int inputs, int atLeast, PhaseGraph graph)
    {
        SpecReport<PullWalk> report = PullSpec.Of(settings, graph).Exhaustive(TestContext.Current.SendDiagnosticMessage, maxDepth: inputs);
        Assert.True(report.States >= atLeast, $"only {report.States} states");
        Assert.Empty(report.NeverFired);
    }
}
