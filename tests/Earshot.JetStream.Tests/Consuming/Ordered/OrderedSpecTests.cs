using CsCheck;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Every reachable state of the machine of an ordered read, with a stream of at most three messages that falls at most twice.</summary>
public sealed class OrderedSpecTests
{
    private static readonly Dictionary<string, string> s_rules = new()
    {
        ["gap delivered"] = "GAP",
        ["resumes too late"] = "GAP",
        ["read again"] = "READ-AGAIN",
        ["fall not found"] = "FALL-FOUND",
        ["falls without reason"] = "FALSE-FALL",
        ["continues after a fall"] = "FAILS",
        ["number used twice"] = "NEXT-NUMBER",
        ["ends too early"] = "LONGER-DELAY",
    };

    [Fact]
    public void Every_reachable_state_keeps_the_rules_and_the_diagram_of_the_documentation_has_every_transition()
    {
        var graph = new PhaseGraph();
        Prove(ConsumerConfigDeliverPolicy.All, NatsJSRegressionPolicy.ResumeByTime, graph);
        Prove(ConsumerConfigDeliverPolicy.ByStartSequence, NatsJSRegressionPolicy.Fail, graph);
        Assert.Null(GeneratedDocs.Difference("docs/machines.md", "ordered", graph.ToString()));
    }

    [Theory]
    [InlineData(ConsumerConfigDeliverPolicy.All, NatsJSRegressionPolicy.Restart)]
    [InlineData(ConsumerConfigDeliverPolicy.All, NatsJSRegressionPolicy.Fail)]
    [InlineData(ConsumerConfigDeliverPolicy.New, NatsJSRegressionPolicy.ResumeByTime)]
    [InlineData(ConsumerConfigDeliverPolicy.New, NatsJSRegressionPolicy.Restart)]
    [InlineData(ConsumerConfigDeliverPolicy.New, NatsJSRegressionPolicy.Fail)]
    [InlineData(ConsumerConfigDeliverPolicy.ByStartSequence, NatsJSRegressionPolicy.ResumeByTime)]
    [InlineData(ConsumerConfigDeliverPolicy.ByStartSequence, NatsJSRegressionPolicy.Restart)]
    [Trait("Duration", "Long")]
    public void Every_reachable_state_with_further_policies_keeps_the_rules(ConsumerConfigDeliverPolicy policy, NatsJSRegressionPolicy regression) => Prove(policy, regression, new PhaseGraph());

    [Fact]
    public void Each_fault_is_found_by_its_rule()
    {
        SpecFaultsReport report = OrderedSpec.Of(Opts(ConsumerConfigDeliverPolicy.All, NatsJSRegressionPolicy.Fail)).Faults(TestContext.Current.SendDiagnosticMessage);
        string[] unexpected = [.. report.Results.Where(result => s_rules[result.Fault] != result.CaughtBy).Select(result => $"{result.Fault}: {result.CaughtBy ?? result.Outcome.ToString()}")];
        Assert.Empty(unexpected);
        Assert.Equal(s_rules.Count, report.Results.Count);
    }

    private static void Prove(ConsumerConfigDeliverPolicy policy, NatsJSRegressionPolicy regression, PhaseGraph graph)
    {
        SpecReport<OrderedCourse> report = OrderedSpec.Of(Opts(policy, regression), graph).Exhaustive(TestContext.Current.SendDiagnosticMessage, maxStates: 200_000);
        Assert.True(report.Closed);
    }

    private static NatsJSOrderedConsumerOpts Opts(ConsumerConfigDeliverPolicy policy, NatsJSRegressionPolicy regression) =>
        new() { DeliverPolicy = policy, OptStartSeq = policy == ConsumerConfigDeliverPolicy.ByStartSequence ? 2UL : 0, RegressionPolicy = regression, MaxResetAttempts = 2 };
}
