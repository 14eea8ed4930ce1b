using CsCheck;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>Every reachable state of the machine of a connection.</summary>
public sealed class ConnectionSpecTests
{
    private static readonly string[] s_short = ["one server", "limits", "no reconnect", "callbacks", "obstacles", "info"];

    [Fact]
    public void Every_reachable_state_keeps_the_rules_and_the_diagram_of_the_documentation_has_every_transition()
    {
        var graph = new PhaseGraph();
        foreach (string options in s_short)
        {
            Prove(options, graph);
        }

        Assert.Null(GeneratedDocs.Difference("docs/machines.md", "connection", graph.ToString()));
    }

    [Theory]
    [InlineData("lame duck")]
    [InlineData("renewal")]
    [InlineData("cluster")]
    [InlineData("server errors")]
    [InlineData("one refusal")]
    [InlineData("long outage")]
    [InlineData("names")]
    [InlineData("slow")]
    [InlineData("refusals")]
    [Trait("Duration", "Long")]
    public void Every_reachable_state_of_further_options_keeps_the_rules(string options) => Prove(options, new PhaseGraph());

    [Fact]
    public void Each_fault_is_found_by_its_rule()
    {
        SpecFaultsReport report = ConnectionSpec.Of(CourseOptions.Of("faults")).WithFaults().Faults(TestContext.Current.SendDiagnosticMessage, maxStates: 5_000);
        string[] unexpected = [.. report.Results.Where(result => ConnectionFaults.Rules[result.Fault] != result.CaughtBy).Select(result => $"{result.Fault}: {result.CaughtBy ?? result.Outcome.ToString()}")];
        Assert.Empty(unexpected);
        Assert.Equal(ConnectionFaults.Rules.Count, report.Results.Count);
    }

    private static void Prove(string options, PhaseGraph graph)
    {
        SpecReport<ConnectionCourse> report = ConnectionSpec.Of(CourseOptions.Of(options), graph).Exhaustive(TestContext.Current.SendDiagnosticMessage, maxStates: 400_000);
        Assert.True(report.Closed);
    }
}
