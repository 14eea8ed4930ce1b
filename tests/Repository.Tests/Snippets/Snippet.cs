using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>Small sources to try a rule on, and what the rule is expected to say about them.</summary>
internal static class Snippet
{
    internal static SourceFile Client(string path, string text) => new($"src/Earshot.Client/{path}", text);

    internal static SourceFile Of(string text) => new("src/Earshot.Protocol/Room/File.cs", text);

    internal static void Found(IReadOnlyList<Violation> violations, string rule, string where, string what)
    {
        Violation violation = Assert.Single(violations);
        Assert.Equal(rule, violation.Rule);
        Assert.Equal(where, violation.Where);
        Assert.Contains(what, violation.What, StringComparison.Ordinal);
    }
}
