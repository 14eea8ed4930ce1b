using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>Using lines in an order that <c>dotnet format</c> would change, and some that it keeps.</summary>
public sealed class UsingRulesTests
{
    [Theory]
    [InlineData("using B;\nusing A;\n")]
    [InlineData("using A;\nusing System;\n")]
    [InlineData("using System.Text;\nusing System;\n")]
    [InlineData("using AB.A;\nusing A.B;\n")]
    [InlineData("using static A.B;\nusing C;\n")]
    [InlineData("using B = A.C;\nusing static A.D;\n")]
    [InlineData("using A;\nglobal using B;\n")]
    [InlineData("using static A.B;\nusing static System.Math;\n")]
    public void A_line_in_the_wrong_place_is_found(string text) =>
        Snippet.Found(UsingRules.CheckOrder([Snippet.Of(text)]), UsingRules.Order, "src/Earshot.Protocol/Room/File.cs", "belongs before");

    [Theory]
    [InlineData("")]
    [InlineData("using System;\nusing System.Text;\nusing a.B;\nusing A.C;\nusing Systematic;\nusing static System.Math;\nusing A = System.Text;\n")]
    [InlineData("using B;\n#if DEBUG\nusing A;\n#endif\n")]
    public void Lines_in_order_are_fine(string text) => Assert.Empty(UsingRules.CheckOrder([Snippet.Of(text)]));
}
