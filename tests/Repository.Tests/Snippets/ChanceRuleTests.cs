using Repository.Tests.Rules;
using Repository.Tests.Rules.Chances;
using Xunit;

namespace Repository.Tests.Snippets;

public sealed class ChanceRuleTests
{
    [Theory]
    [InlineData("class C { int M() => RandomNumberGenerator.GetInt32(5); }", "RandomNumberGenerator")]
    [InlineData("class C { int M() => System.Security.Cryptography.RandomNumberGenerator.GetInt32(5); }", "RandomNumberGenerator")]
    [InlineData("class C { int M() => Random.Shared.Next(); }", "Random.Shared")]
    [InlineData("class C { int M() => System.Random.Shared.Next(); }", "Random.Shared")]
    [InlineData("class C { object M() => Guid.NewGuid(); }", "a new Guid")]
    [InlineData("class C { object M() => Stopwatch.StartNew(); }", "Stopwatch")]
    [InlineData("class C { object M() => DateTime.UtcNow; }", "the wall clock")]
    [InlineData("class C { object M() => System.DateTimeOffset.Now; }", "the wall clock")]
    [InlineData("class C { object M() => Environment.TickCount64; }", "Environment.TickCount")]
    [InlineData("class C { object M() => new Random(); }", "a Random without a seed")]
    public void Chance_and_clocks_of_its_own_are_found(string text, string what) =>
        Snippet.Found(ChanceRule.Check([Snippet.Of(text)]), ChanceRule.Name, "src/Earshot.Protocol/Room/File.cs", what);

    [Fact]
    public void Chance_of_a_connection_and_given_clocks_are_fine() =>
        Assert.Empty(ChanceRule.Check([Snippet.Of("class C { object M(TimeProvider time, Random random) => (time.GetUtcNow(), random.Next(), new Random(5), Nuid.NewNuid()); }")]));

    [Fact]
    public void Tests_may_use_them() => Assert.Empty(ChanceRule.Check([new SourceFile("tests/X/A.cs", "class C { object M() => Guid.NewGuid(); }")]));
}
