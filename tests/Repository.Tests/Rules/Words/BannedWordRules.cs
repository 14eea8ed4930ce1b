using System.Text.RegularExpressions;

namespace Repository.Tests.Rules.Words;

/// <summary>Counts the uses of banned words in code, comments, messages, test names, scripts and documentation.</summary>
internal static partial class BannedWordRules
{
    internal const string Name = "banned-word";

    // The glossary and the list itself have the words by intention.
    private static readonly string[] s_exempt = ["docs/glossary.md", "tests/Repository.Tests/Rules/Words", "tests/Repository.Tests/Snippets/BannedWordRulesTests.cs"];

    // Texts of other programs: the license, protocol recordings, and clients in other languages.
    private static readonly string[] s_foreign = ["LICENSE", "tests/NatsJs/", "tests/Earshot.Protocol.Tests/Golden/"];

    /// <summary>One violation for each word that is used more often than its entry allows; it names every use.</summary>
    internal static IReadOnlyList<Violation> Check(IReadOnlyList<SourceFile> files, IReadOnlyList<BannedWord> words)
    {
        (string Path, string Text)[] texts = [.. files.Where(IsOurs).Select(file => (file.Path, Sentences(file)))];
        return
        [
            .. words.AsParallel().AsOrdered()
                .Select(word => (Word: word, Uses: texts.SelectMany(text => Uses(word, text.Path, text.Text)).ToList()))
                .Where(found => found.Uses.Count > found.Word.Allowed)
                .Select(found => new Violation(
                    Name,
                    found.Word.Pattern,
                    $"{found.Uses.Count} uses, {found.Word.Allowed} allowed; use instead: {found.Word.Use}\n  {string.Join("\n  ", found.Uses)}")),
        ];
    }

    // An underscore between letters separates words in the name of a test.
    [GeneratedRegex("(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])")]
    private static partial Regex Underscore { get; }

    private static bool IsOurs(SourceFile file) =>
        !s_exempt.Any(path => file.Path == path || file.IsIn(path)) && !s_foreign.Any(path => file.Path.StartsWith(path, StringComparison.Ordinal));

    private static string Sentences(SourceFile file) => file.IsCode ? Underscore.Replace(file.Text, " ") : file.Text;

    private static IEnumerable<string> Uses(BannedWord word, string path, string text) =>
        from Match use in word.Expression.Matches(text)
        let line = text.AsSpan(0, use.Index).Count('\n') + 1
        select $"{path}:{line}: {use.Value}";
}
