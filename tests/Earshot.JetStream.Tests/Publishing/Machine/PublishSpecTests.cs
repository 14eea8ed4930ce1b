using CsCheck;
using Earshot.JetStream.Publishing;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>Every reachable state of the publish machine.</summary>
public sealed class PublishSpecTests
{
    private static readonly PublishTerms s_plain = new() { Window = TimeSpan.FromSeconds(108), AsksForStream = true, MaxAttempts = 3, FixedDelay = TimeSpan.FromSeconds(1) };

    [Theory]
    [InlineData("plain", false)]
    [InlineData("plain", true)]
    [InlineData("id", false)]
    public void Every_reachable_state_keeps_the_rules(string terms, bool isHeld) => Prove(terms, isHeld);

    [Theory]
    [InlineData("short window")]
    [InlineData("increasing delays")]
    [Trait("Duration", "Long")]
    public void Every_reachable_state_of_longer_courses_keeps_the_rules(string terms) => Prove(terms, isHeld: false);

    [Fact]
    public void Diagram_of_the_documentation_has_every_transition()
    {
        var graph = new PhaseGraph();
        PublishSpec.Of(Terms("id"), isHeld: false, graph).Exhaustive();
        PublishSpec.Of(Terms("plain"), isHeld: true, graph).Exhaustive();
        Assert.Null(GeneratedDocs.Difference("docs/machines.md", "publish", graph.ToString()));
    }

    [Fact]
    public void Each_fault_is_found_by_a_rule()
    {
        SpecFaultsReport report = PublishSpec.Of(Terms("id"), isHeld: false).Faults(TestContext.Current.SendDiagnosticMessage);
        Assert.Empty(report.Uncaught);
    }

    private static void Prove(string terms, bool isHeld)
    {
        SpecReport<PublishCourse> report = PublishSpec.Of(Terms(terms), isHeld).Exhaustive(TestContext.Current.SendDiagnosticMessage, maxStates: 2_000_000);
        Assert.True(report.Closed);
    }

    private static PublishTerms Terms(string name) => name switch
    {
        "id" => s_plain with { HasId = true },
        "short window" => s_plain with { HasId = true, Window = TimeSpan.FromSeconds(2) },
        "increasing delays" => s_plain with { HasId = true, FixedDelay = TimeSpan.Zero },
        _ => s_plain,
    };
}
