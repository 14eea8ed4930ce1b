using System.Globalization;
using System.Text.RegularExpressions;
using Earshot;
using Xunit;

namespace Repository.Tests.Docs;

/// <summary>Holds the page for users of other clients and the glossary to the code: every name exists, and every id is that of its event.</summary>
public sealed partial class LanguageTableTests
{
    private static readonly HashSet<string> s_members =
    [
        .. typeof(NatsOpts).Assembly.GetExportedTypes().Concat(typeof(NatsTestServer).Assembly.GetExportedTypes())
            .SelectMany(type => type.GetMembers().Select(member => member.Name).Append(type.Name.Split('`')[0])),
    ];

    private static readonly string[][] s_rows =
        [.. MarkdownFile.Named("docs/guides/from-other-languages.md").Rows.Where(row => row.Length == 3 && row[0] is not ("Language" or "---"))];

    [Fact]
    public void Every_language_has_rows_for_the_three_pages_and_those_with_JetStream_events_for_these() =>
        Assert.Equal(
            ["C 4", "C# (NATS.Net) 4", "Go 4", "Java 4", "JavaScript 4", "Python 3", "Ruby 3"],
            MarkdownFile.Named("docs/guides/from-other-languages.md").Text.Split("\n## ").Skip(1)
                .SelectMany(section => Language.Matches(section).Select(match => match.Groups["name"].Value).Where(name => name != "Language").Distinct())
                .GroupBy(name => name, (name, pages) => $"{name} {pages.Count()}")
                .Order(StringComparer.Ordinal));

    [Fact]
    public void Every_name_in_the_last_column_exists() =>
        Assert.DoesNotContain(s_rows.SelectMany(row => Names.Matches(row[2]).Select(match => match.Value)), name => !s_members.Contains(name));

    [Fact]
    public void Every_event_type_has_its_id_behind_it()
    {
        var found = s_rows.SelectMany(row => EventWithId.Matches(row[2])).ToList();
        Assert.NotEmpty(found);
        Assert.All(found, match => Assert.Equal(
            match.Groups["id"].Value,
            ((int)Enum.Parse<NatsEventKind>(match.Groups["kind"].Value)).ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Every_id_is_one_of_an_event() =>
        Assert.All(
            s_rows.SelectMany(row => Id.Matches(row[2])),
            match => Assert.True(Enum.IsDefined((NatsEventKind)int.Parse(match.Value, CultureInfo.InvariantCulture)), match.Value));

    [Fact]
    public void Every_present_public_name_of_the_glossary_exists()
    {
        string section = MarkdownFile.Named("docs/glossary.md").Text.Split("\n### Public names\n")[1].Split("\n### ")[0];
        var names = Present.Matches(section).SelectMany(match => match.Groups["name"].Value.Split('.')).ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains(name, s_members));
    }

    [GeneratedRegex(@"^\| (?<name>[A-Z][\w# (.)]*?) \| ", RegexOptions.Multiline)]
    private static partial Regex Language { get; }

    [GeneratedRegex(@"\b(?:On[A-Z]\w+|I?Nats[A-Z]\w+|(?:Connection|Error|Server|Reconnect)[A-Z]\w+(?= \+=| \()|WaitForStateAsync|DiscoveredServers|Servers)\b")]
    private static partial Regex Names { get; }

    [GeneratedRegex(@"\b(?:Nats(?<kind>\w+)Event(?: e)?|On(?<kind>\w+)Async) \((?<id>\d{3})\)")]
    private static partial Regex EventWithId { get; }

    [GeneratedRegex(@"\b[1-9]\d\d\b")]
    private static partial Regex Id { get; }

    [GeneratedRegex(@"\| `(?<name>[\w.]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex Present { get; }
}
