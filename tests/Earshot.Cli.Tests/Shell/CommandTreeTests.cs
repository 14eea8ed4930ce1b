using System.CommandLine;
using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Shell;

/// <summary>What holds for every verb: descriptions, examples, JSON, and help that fits a narrow terminal.</summary>
public sealed class CommandTreeTests
{
    // They print a script, or run other verbs.
    private static readonly string[] s_withoutJson = ["earshot completion"];

    private static readonly ToolHost s_host = new() { Out = TextWriter.Null, Error = TextWriter.Null, In = TextReader.Null };

    public static TheoryData<string> Verbs() => [.. Paths(EarshotTool.CreateRoot(s_host), "earshot").Select(static verb => verb.Path)];

    public static TheoryData<string> Leaves() => [.. Paths(EarshotTool.CreateRoot(s_host), "earshot").Where(static verb => verb.Command.Subcommands.Count == 0).Select(static verb => verb.Path)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_option_and_argument_has_a_description(string path)
    {
        Command command = Find(path);
        Assert.InRange(command.Description?.Split(' ').Length ?? 0, 3, 200);
        Assert.All(command.Options.Cast<Symbol>().Concat(command.Arguments), symbol => Assert.True(symbol.Description is { Length: > 8 }, $"{path} {symbol.Name} has no description"));
    }

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Every_verb_with_an_answer_writes_json_on_request(string path) =>
        Assert.Equal(!s_withoutJson.Contains(path), Find(path).Options.Any(static option => option.Name == "--json"));

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_of_every_verb_has_an_example(string path)
    {
        ToolRun run = await HelpAsync(path, width: 110);
        Assert.Equal(ExitCode.Success, await run.Code);
        if (path != "earshot")
        {
            Assert.Contains("Example", run.Out, StringComparison.Ordinal);
            Assert.Contains(run.Lines, line => line.Trim().StartsWith(path + " ", StringComparison.Ordinal) && !line.Contains('['));
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_fits_a_terminal_of_sixty_columns(string path)
    {
        ToolRun run = await HelpAsync(path, width: 60);
        Assert.All(run.Lines, line => Assert.True(line.TrimEnd().Length <= 60, $"{path}: {line}"));
    }

    [Fact]
    public async Task List_of_verbs_has_a_few_words_about_each()
    {
        ToolRun run = await HelpAsync("earshot", width: 80);
        int first = Array.FindIndex(run.Lines, static line => line.StartsWith("  watch ", StringComparison.Ordinal));
        string[] list = run.Lines[first..];
        Assert.Equal(19, list.Count(static line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' '));
        Assert.InRange(list.Length, 18, 36);
        Assert.Matches("^  watch <url> +Connects and shows what happens", list[0]);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_example_is_a_valid_command_line(string path)
    {
        Command root = EarshotTool.CreateRoot(s_host);
        if (Find(path) is Verb verb)
        {
            Assert.InRange(verb.Examples.Count, 1, 5);
            IEnumerable<string> commands = verb.Examples.SelectMany(static example => example.Split(" | ")).Where(static part => part.StartsWith("earshot ", StringComparison.Ordinal));
            Assert.All(commands, example => Assert.Empty(root.Parse(example.Split('>')[0] is var line && example.Contains('"') ? example : line).Errors));
        }
    }

    [Theory]
    [InlineData("evnts")]
    [InlineData("events", "--nothing")]
    [InlineData("pub")]
    [InlineData("bench")]
    public async Task Command_line_that_is_not_valid_ends_with_the_code_of_usage(params string[] args)
    {
        ToolRun run = await ToolRun.EndOfAsync(args);
        Assert.Equal(ExitCode.Usage, await run.Code);
        Assert.NotEqual("", run.Error);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public async Task Help_of_a_command_line_that_is_not_valid_is_part_of_the_error()
    {
        ToolRun run = await ToolRun.EndOfAsync("pub");
        Assert.Contains("Usage:", run.Error, StringComparison.Ordinal);
        Assert.Contains("Examples:", run.Error, StringComparison.Ordinal);
        ToolRun asked = await ToolRun.EndOfAsync("pub", "--help");
        Assert.Equal((ExitCode.Success, ""), (await asked.Code, asked.Error));
        Assert.Contains("Usage:", asked.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistyped_option_is_not_taken_as_a_message()
    {
        ToolRun run = await ToolRun.EndOfAsync("pub", "x", "--jetsream");
        Assert.Equal(ExitCode.Usage, await run.Code);
        Assert.Equal("earshot: There is no option '--jetsream'. Did you mean --jetstream? A text that begins with a dash comes after --.", run.Error.Trim());
        ToolRun meant = await ToolRun.EndOfAsync("pub", "--server", "nats://127.0.0.1:1", "--", "x", "--jetsream");
        Assert.Equal(ExitCode.Unreachable, await meant.Code);
    }

    private static Task<ToolRun> HelpAsync(string path, int width) => ToolRun.EndOfAsync(host => host with { Width = width }, [.. path.Split(' ').Skip(1), "--help"]);

    private static Command Find(string path) => path.Split(' ').Skip(1).Aggregate(EarshotTool.CreateRoot(s_host), static (command, name) => command.Subcommands.Single(one => one.Name == name));

    private static IEnumerable<(Command Command, string Path)> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(child => Paths(child, $"{path} {child.Name}")).Prepend((command, path));
}
