using System.Text.RegularExpressions;
using Repository.Tests.Docs;

namespace Repository.Tests.Compatibility;

/// <summary>What the page about the official client says of each member; it checks nothing.</summary>
internal static partial class CompatibilityPage
{
    internal const string Same = "same", Differs = "differs", LeftOut = "left out";

    /// <summary>One entry for each name in each row. A type without members has an entry with an empty name.</summary>
    internal static IReadOnlyList<(string Type, string Name, string Status, string Note)> Entries { get; } =
        [.. Sections.SelectMany(section => section.Lines.SelectMany(line => Read(section.Heading, line)))];

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Code { get; }

    private static IEnumerable<(string Heading, IEnumerable<string> Lines)> Sections =>
        from section in MarkdownFile.Named("docs/reference/compatibility.md").Text.Split("\n##")
        let lines = section.Split('\n')
        select (lines[0].Trim('#', ' ', '`'), lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)));

    private static IEnumerable<(string Type, string Name, string Status, string Note)> Read(string heading, string line)
    {
        string[] cells = [.. line.Trim('|').Split(" | ").Select(cell => cell.Trim(' ', '|'))];
        return heading switch
        {
            "Types that are the same" => NamesOrNone(cells[1]).Select(name => (cells[0].Trim('`'), name, Same, "")),
            "Types that are left out" => NamesOrNone(cells[1]).Select(name => (cells[0].Trim('`'), name, LeftOut, cells[2])),
            _ => NamesOrNone(cells[0]).Select(name => (heading, name, cells[1], cells.Length > 2 ? cells[2] : "")),
        };
    }

    private static IEnumerable<string> NamesOrNone(string cell) => Code.Matches(cell).Select(match => match.Groups["name"].Value).DefaultIfEmpty("");
}
