using System.Text.RegularExpressions;
using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Docs;

/// <summary>The table of faults in the page of reliability: each fault of the catalogue has a row that says where it is injected, with a test or a run that exists.</summary>
public sealed partial class FaultTableTests
{
    private const int Faults = 41;
    private static readonly string[] s_answers = ["yes", "**no**", "**partly**", "**not run**"];

    private static readonly string[][] s_rows =
    [
        .. MarkdownFile.Named("docs/reliability.md").Text.Split('\n').Where(line => line.StartsWith("| F", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()).Where(row => Number.IsMatch(row[0])),
    ];

    private static readonly string s_program = string.Concat(Sources("tests/Earshot.Chaos/").Select(file => file.Text));

    private static readonly HashSet<string> s_testClasses =
        [.. Sources("tests/").Where(file => HasTests.IsMatch(file.Text)).Select(file => Path.GetFileNameWithoutExtension(file.Path))];

    [Fact]
    public void Every_fault_has_one_row() =>
        Assert.Equal(Enumerable.Range(1, Faults).Select(number => $"F{number:00}"), s_rows.Select(row => row[0]));

    [Fact]
    public void Every_row_names_a_test_or_a_run_and_says_whether_the_goal_is_met() =>
        Assert.All(s_rows, row =>
        {
            Assert.Equal(5, row.Length);
            Assert.Contains(s_answers, answer => row[4].StartsWith(answer, StringComparison.Ordinal));
            Assert.NotEmpty(Code.Matches(row[2]));
        });

    [Fact]
    public void Every_test_and_run_that_a_row_names_exists() =>
        Assert.All(s_rows.SelectMany(row => Code.Matches(row[2]).Select(match => (Row: row[0], Text: match.Groups["text"].Value))), named =>
        {
            if (named.Text.StartsWith("./chaos ", StringComparison.Ordinal))
            {
                AssertRun(named.Text);
            }
            else if (!named.Text.StartsWith("./", StringComparison.Ordinal))
            {
                Assert.True(s_testClasses.Contains(named.Text), $"{named.Row}: no class {named.Text} has tests");
            }
            else
            {
                Assert.True(File.Exists(Path.Combine(RepositoryFiles.Root, named.Text.Split(' ')[0])), $"{named.Row}: {named.Text}");
            }
        });

    [Fact]
    public void Every_fault_of_the_runs_is_named_in_its_row() =>
        Assert.All(
            FaultOfRun.Matches(s_program).Select(match => match.Groups["number"].Value).Distinct(),
            number => Assert.Contains("./chaos", Assert.Single(s_rows, row => row[0] == number)[2], StringComparison.Ordinal));

    private static IEnumerable<SourceFile> Sources(string folder) =>
        RepositoryFiles.All.Where(file => file.Path.StartsWith(folder, StringComparison.Ordinal) && file.Path.EndsWith(".cs", StringComparison.Ordinal));

    private static void AssertRun(string command)
    {
        string[] words = command.Split(' ');
        Assert.Matches($"new Command\\(\\s*\"{words[1]}\"", s_program);
        for (int i = 2; i < words.Length; i += 2)
        {
            Assert.Contains($"\"{words[i]}\"", s_program, StringComparison.Ordinal);
            if (words[i] == "--only")
            {
                Assert.Contains($"\"{words[i + 1]} ", s_program, StringComparison.Ordinal);
            }
        }
    }

    [GeneratedRegex(@"^F\d\d$")]
    private static partial Regex Number { get; }

    [GeneratedRegex(@"`(?<text>[^`]+)`")]
    private static partial Regex Code { get; }

    [GeneratedRegex(@"\[(?:Fact|Theory)")]
    private static partial Regex HasTests { get; }

    [GeneratedRegex(@"new\(""(?<number>F\d\d) ")]
    private static partial Regex FaultOfRun { get; }
}
