using Repository.Tests.Rules;
using Repository.Tests.Rules.Layers;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>What counts as a cycle among the rules of the state machine.</summary>
public sealed class CycleRulesTests
{
    [Fact]
    public void Rules_that_call_downwards_are_fine() =>
        Assert.Empty(Check(("ARules", "BRules.Go(); CRules.Go();"), ("BRules", "CRules.Go();"), ("CRules", "")));

    [Fact]
    public void A_cycle_of_three_is_found_with_all_its_members() =>
        Assert.Equal(
            ["ARules is part", "BRules is part", "CRules is part"],
            Check(("ARules", "BRules.Go();"), ("BRules", "CRules.Go();"), ("CRules", "ARules.Go();"), ("DRules", "")).Select(v => v.What[..14]));

    [Fact]
    public void A_comment_is_no_call() => Assert.Empty(Check(("ARules", "BRules.Go();"), ("BRules", "/* ARules */")));

    private static IReadOnlyList<Violation> Check(params (string Type, string Body)[] rules) =>
        CycleRules.Check([.. rules.Select(rule => Snippet.Client(
            $"Lifecycle/Machine/{rule.Type}.cs",
            $"namespace Earshot.Lifecycle; internal static class {rule.Type} {{ internal static void Go() {{ {rule.Body} }} }}"))]);
}
