using System.Text.RegularExpressions;
using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Docs;

/// <summary>Compares the table of JetStream's features with the repository: each has tests on real servers, a guide, a sample, and a behaviour with an old server.</summary>
public sealed partial class FeatureTableTests
{
    private const string Page = "docs/jetstream-features.md";

    private static readonly string[][] s_rows = [.. MarkdownFile.Named(Page).Text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| Feature", StringComparison.Ordinal))
        .Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray())];

    // A name may be that of classes of several test projects.
    private static readonly ILookup<string, string> s_tests = RepositoryFiles.Code.Where(file => file.IsIn("tests"))
        .ToLookup(file => Path.GetFileNameWithoutExtension(file.Path), file => file.Text);

    [Fact]
    public void Every_row_has_tests_on_a_real_server()
    {
        Assert.True(s_rows.Length > 20);
        Assert.All(s_rows, row => Assert.All(Names(row[1]), name => Assert.True(s_tests.Contains(name), $"{row[0]}: no test class {name}")));
        Assert.All(s_rows, row => Assert.True(Names(row[1]).Any(UsesRealServer), $"{row[0]}: no test on a real server"));
    }

    [Fact]
    public void Every_row_has_a_section_of_a_guide_and_a_sample()
    {
        Assert.All(s_rows, row => Assert.Matches(@"^\[guide\]\(guides/[\w-]+\.md#[\w-]+\)$", row[2])); // that both exist is tested for all links
        Assert.All(s_rows, row => Assert.Matches(@"^\[(?<name>[\w-]+)\]\(\.\./samples/\k<name>/Program\.cs\)$", row[3]));
    }

    [Fact]
    public void Every_row_has_a_behaviour_with_the_oldest_server_that_is_tested_with_it()
    {
        Assert.All(s_rows, row => Assert.Matches("^(works|exception)", row[4]));
        Assert.All(s_rows, row => Assert.NotEmpty(Names(row[4])));
        Assert.All(
            s_rows.SelectMany(row => Names(row[4]).Select(name => (Row: row[0], Name: name))),
            cell => Assert.True(s_tests[cell.Name].Any(text => text.Contains(".Oldest", StringComparison.Ordinal)), $"{cell.Row}: {cell.Name} does not use the oldest server"));
    }

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z]+Tests)`")]
    private static partial Regex TestName { get; }

    private static string[] Names(string cell) => [.. TestName.Matches(cell).Select(match => match.Groups["name"].Value)];

    private static bool UsesRealServer(string name) => s_tests[name].Any(text =>
        text.Contains("JetStreamServers", StringComparison.Ordinal) || text.Contains("NatsCluster", StringComparison.Ordinal) || text.Contains("NatsServerProcess", StringComparison.Ordinal));
}
