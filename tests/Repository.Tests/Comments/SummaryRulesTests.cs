using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Comments;

/// <summary>Which summaries are found to be too short.</summary>
public sealed class SummaryRulesTests
{
    [Theory]
    [InlineData("public class A { /// <summary>The phase.</summary>\n public int B; }")]
    [InlineData("public interface A { /// <summary>The phase.</summary>\n int B { get; } }")]
    [InlineData("public enum A { /// <summary>How long.</summary>\n B }")]
    [InlineData("public class A { /// <summary>\n/// Why.\n/// </summary>\n protected int B; }")]
    [InlineData("/// <summary>The <see cref=\"B.C(int, int)\"/>.</summary>\n public class A { }")]
    public void A_short_summary_of_a_public_member_is_found(string code)
    {
        Violation violation = Assert.Single(Check(code));
        Assert.Equal("src/Earshot.New/A.cs", violation.Where);
    }

    [Theory]
    [InlineData("public class A { /// <summary>The phase that failed.</summary>\n public int B; }")]
    [InlineData("public class A { /// <summary>The phase.</summary>\n internal int B; }")]
    [InlineData("internal class A { /// <summary>The phase.</summary>\n public int B; }")]
    [InlineData("public class A { /// <inheritdoc/>\n public int B; }")]
    public void Long_summaries_and_members_that_are_not_public_are_fine(string code) => Assert.Empty(Check(code));

    [Fact]
    public void A_project_without_a_list_of_its_public_API_is_no_package() =>
        Assert.Empty(SummaryRules.Check([new("src/Earshot.Tool/A.cs", "/// <summary>Short.</summary>\n public class A { }")]));

    private static IReadOnlyList<Violation> Check(string code) =>
        SummaryRules.Check([new("src/Earshot.New/PublicAPI.Unshipped.txt", ""), new("src/Earshot.New/A.cs", "namespace Earshot;\n" + code)]);
}
