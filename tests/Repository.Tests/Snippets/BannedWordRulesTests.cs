using Repository.Tests.Rules;
using Repository.Tests.Rules.Words;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>A banned word is found wherever it is used, and the terms that stay are not.</summary>
public sealed class BannedWordRulesTests
{
    [Theory]
    [InlineData("src/A/B.cs", "// read anew at every attempt", "anew")]
    [InlineData("src/A/B.cs", "/// <summary>Whoever comes first.</summary>", "Whoever")]
    [InlineData("src/A/B.cs", "throw new E(\"The attempt was in vain.\");", "in vain")]
    [InlineData("tests/A/B.cs", "public void Server_that_stands_still_is_left() { }", "stands still")]
    [InlineData("docs/a.md", "The next flight waits.", "flight")]
    [InlineData("test", "echo 'this mends it'", "mends")]
    public void A_banned_word_is_found(string path, string text, string word) =>
        Snippet.Found(BannedWordRules.Check([new SourceFile(path, text)], None), BannedWordRules.Name, Pattern(word), $"{path}:1: {word}");

    [Theory]
    [InlineData("docs/a.md", "Requests in flight and in-flight messages.")]
    [InlineData("docs/a.md", "An outpatient clinic in Newport.")]
    [InlineData("docs/glossary.md", "anew: again")]
    [InlineData("tests/NatsJs/clients.mjs", "// whoever")]
    public void The_standard_term_the_glossary_and_foreign_text_are_fine(string path, string text) =>
        Assert.Empty(BannedWordRules.Check([new SourceFile(path, text)], None));

    [Fact]
    public void Uses_up_to_the_allowed_number_are_fine_and_one_more_is_not()
    {
        BannedWord[] words = [new(@"\banew\b", "again", 2)];
        Assert.Empty(BannedWordRules.Check([new SourceFile("a.md", "anew"), new SourceFile("b.md", "anew")], words));
        Violation violation = Assert.Single(BannedWordRules.Check([new SourceFile("a.md", "anew\nAnew"), new SourceFile("b.md", "anew")], words));
        Assert.Contains("3 uses, 2 allowed", violation.What, StringComparison.Ordinal);
        Assert.Contains("a.md:2: Anew", violation.What, StringComparison.Ordinal);
    }

    private static IReadOnlyList<BannedWord> None => [.. BannedWords.All.Select(word => word with { Allowed = 0 })];

    private static string Pattern(string word) => BannedWords.All.Single(entry => entry.Expression.IsMatch(word)).Pattern;
}
