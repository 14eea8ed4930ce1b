using System.Text.RegularExpressions;
using Repository.Tests.Rules;

namespace Repository.Tests.Docs;

/// <summary>One Markdown file of this repository, with what the documentation tests read; it checks nothing.</summary>
internal sealed partial class MarkdownFile(SourceFile file)
{
    internal static IReadOnlyList<MarkdownFile> All { get; } =
        [.. RepositoryFiles.All.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)).Select(file => new MarkdownFile(file))];

    internal string Path { get; } = file.Path;

    internal string Text { get; } = file.Text;

    /// <summary>The contents of the code blocks marked csharp.</summary>
    internal IReadOnlyList<string> CodeBlocks => [.. Fence.Matches(Text).Select(match => match.Groups["code"].Value)];

    /// <summary>The targets of links outside of code, as they are written.</summary>
    internal IReadOnlyList<string> Links => [.. Link.Matches(AnyFence.Replace(Text, "")).Select(match => match.Groups["target"].Value)];

    /// <summary>The names that links within or to this file may end with.</summary>
    internal IReadOnlySet<string> Anchors => Heading.Matches(AnyFence.Replace(Text, "")).Select(match => Anchor(match.Groups["title"].Value)).ToHashSet();

    /// <summary>The cells of every table row, without backquotes and outer blanks.</summary>
    internal IReadOnlyList<string[]> Rows =>
        [.. Text.Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Trim().Trim('|').Split('|').Select(Cell).ToArray())];

    internal static MarkdownFile Named(string path) => All.Single(file => file.Path == path);

    [GeneratedRegex(@"^```csharp\s*\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence { get; }

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex AnyFence { get; }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link { get; }

    [GeneratedRegex(@"^#+ (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading { get; }

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors { get; }

    private static string Anchor(string title) => NotInAnchors.Replace(title.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static string Cell(string text) => text.Replace("`", "", StringComparison.Ordinal).Trim();
}
