using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>An exemption covers one place of one rule, needs a reason, and must still be needed.</summary>
public sealed class ExemptionsTests
{
    private static readonly Violation s_long = new("file-length", "src/A.cs", "401 lines");

    [Fact]
    public void A_violation_without_an_exemption_is_a_complaint() =>
        Assert.Equal(["file-length: src/A.cs: 401 lines"], Judge([s_long]));

    [Fact]
    public void An_exemption_with_a_reason_covers_its_place() =>
        Assert.Empty(Judge([s_long], new Exemption("file-length", "src/A.cs", "one table, read as a whole")));

    [Theory]
    [InlineData("file-length", "src/B.cs")]
    [InlineData("method-length", "src/A.cs")]
    public void An_exemption_of_another_place_or_rule_covers_nothing(string rule, string where) =>
        Assert.Contains("file-length: src/A.cs: 401 lines", Judge([s_long], new Exemption(rule, where, "because")));

    [Fact]
    public void An_exemption_that_is_not_needed_is_a_violation() =>
        Assert.Contains("stale", Assert.Single(Judge([], new Exemption("file-length", "src/A.cs", "was long once"))), StringComparison.Ordinal);

    [Fact]
    public void An_exemption_without_a_reason_is_a_complaint() =>
        Assert.Contains("no reason", Assert.Single(Judge([s_long], new Exemption("file-length", "src/A.cs", " "))), StringComparison.Ordinal);

    private static IReadOnlyList<string> Judge(IReadOnlyList<Violation> violations, params Exemption[] exemptions) =>
        Exemptions.Judge("file-length", violations, exemptions);
}
