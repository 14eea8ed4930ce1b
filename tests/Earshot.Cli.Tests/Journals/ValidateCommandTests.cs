using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Journals;

/// <summary>The verb validate: violations with their lines.</summary>
public sealed class ValidateCommandTests : IDisposable
{
    private readonly JournalRun _tool = new();

    [Fact]
    public async Task A_valid_journal_ends_with_0()
    {
        string file = _tool.Write("a.jsonl", new JournalScript().Connect(0).Close(2).Text);
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["validate", file, "--closed"]));
        Assert.Equal("valid: 5 events\n", _tool.Out);
    }

    [Fact]
    public async Task A_violation_is_printed_with_the_line_that_has_it()
    {
        IReadOnlyList<string> lines = new JournalScript().Connect(0).Ping(1).Ping(2).Close(3).Lines;
        string file = _tool.Write("a.jsonl", $"{lines[0]}\n{lines[1]}\n{lines[2]}\n\n{lines[4]}\n{lines[5]}\n{lines[6]}\n");
        Assert.Equal(ExitCode.Negative, await _tool.RunAsync(["validate", file]));
        Assert.StartsWith($"{file}:5: sequence: ", _tool.Lines[0], StringComparison.Ordinal);
        Assert.Contains("#00005 +2.000000 2026-11-28T22:00:02.000000Z Open>Open s1/o0/a0 PingSent:", _tool.Lines[1], StringComparison.Ordinal);
        Assert.Equal("not valid: 1 violation in 6 lines", _tool.Lines[^1]);
    }

    [Fact]
    public async Task A_line_that_is_no_event_is_a_violation_with_its_text()
    {
        IReadOnlyList<string> lines = new JournalScript().Connect(0).Close(3).Lines;
        string file = _tool.Write("a.jsonl", $"{lines[0]}\n{lines[1]}\n{lines[2]}\n\u001b[31mnoise\n{lines[3]}\n{lines[4]}\n");
        Assert.Equal(ExitCode.Negative, await _tool.RunAsync(["validate", file, "--json"]));
        Assert.Equal("""{"type":"violation","line":4,"sequence":4,"rule":"format","text":"this line is not an event","event":"\\u001B[31mnoise"}""".Replace("001B", "001b", StringComparison.Ordinal), _tool.Lines[0]);
        Assert.Contains("\"violations\":1", _tool.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_must_be_closed_and_is_not_is_not_valid()
    {
        string file = _tool.Write("a.jsonl", new JournalScript().Connect(0).Text);
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["validate", file]));
        Assert.Equal(ExitCode.Negative, await _tool.RunAsync(["validate", file, "--closed"]));
    }

    [Fact]
    public async Task A_cut_last_line_is_no_violation()
    {
        string file = _tool.Write("a.jsonl", new JournalScript().Connect(0).Ping(1).Text[..^30]);
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["validate", file]));
        Assert.Contains("line 4 is incomplete", _tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_ends_with_3() => Assert.Equal(ExitCode.File, await _tool.RunAsync(["validate", _tool.PathOf("none.jsonl")]));

    public void Dispose() => _tool.Dispose();
}
