using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Journals;

/// <summary>The verb diff: what only one journal has, and what differs in both.</summary>
public sealed class DiffCommandTests : IDisposable
{
    private readonly JournalRun _tool = new();

    [Fact]
    public async Task Journals_with_the_same_events_are_equal()
    {
        Assert.Equal(ExitCode.Success, await DiffAsync(new JournalScript().Connect(0).Ping(1).Close(2), new JournalScript().Connect(0).Close(2)));
        Assert.Equal("- good\n+ bad\n  (5 equal events)\n\nequal 5, different values 0, only in good 0, only in bad 0\n", _tool.Out);
    }

    [Fact]
    public async Task An_outage_that_only_one_has_is_shown_as_added()
    {
        Assert.Equal(ExitCode.Negative, await DiffAsync(new JournalScript().Connect(0).Close(9), new JournalScript().Connect(0).Lose(3).Recover(4, 1).Close(9)));
        Assert.Equal(
            ["- good", "+ bad", "  (3 equal events)", "+     3.000  Disconnected", "+     3.000  Reconnecting", "+     3.000  RequestsFailed",
             "+     3.000  PendingDiscarded", "+     4.000  Reconnected", "+     4.010  Resubscribed", "+     4.011  PendingReplayed", "~     9.000  Disconnected"],
            _tool.Lines.Take(11).Select(line => line[0] is '+' or '~' && line.Length > 13 ? line[..line.IndexOf(' ', 13)] : line));
        Assert.EndsWith("equal 4, different values 1, only in good 0, only in bad 7", _tool.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Causes_servers_and_durations_of_the_same_events_are_compared()
    {
        Assert.Equal(ExitCode.Success, await DiffAsync(
            new JournalScript().Connect(0).Lose(3).Recover(4, 1, "n2"),
            new JournalScript().Connect(0).Lose(3, reason: "MissedPongs").Recover(9, 6, "n3", replayed: 500)));
        Assert.Contains(_tool.Lines, line => line.Contains("Disconnected", StringComparison.Ordinal) && line.EndsWith("reason ServerClosed → MissedPongs", StringComparison.Ordinal));
        Assert.Contains(_tool.Lines, line => line.EndsWith("server n2 → n3, outage 1.000 s → 6.000 s", StringComparison.Ordinal));
        Assert.Contains(_tool.Lines, line => line.EndsWith("messages 20 → 500", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Json_has_a_line_for_each_difference_and_a_last_one_with_the_counts()
    {
        Assert.Equal(ExitCode.Negative, await DiffAsync(new JournalScript().Connect(0), new JournalScript().Connect(0).ServerError(1, "x"), "--json"));
        Assert.Equal(
            ["""{"type":"difference","side":"b","kind":"ServerError","sequenceB":4,"message":"server error: x"}""",
             """{"type":"diff","a":"good","b":"bad","equal":3,"different":0,"onlyA":0,"onlyB":1}"""],
            _tool.Lines);
    }

    [Fact]
    public async Task Keep_alive_is_compared_only_on_request()
    {
        JournalScript Short() => new JournalScript().Connect(0);
        Assert.Equal(ExitCode.Success, await DiffAsync(Short(), Short().Ping(1)));
        Assert.Equal(ExitCode.Negative, await DiffAsync(Short(), Short().Ping(1), "--all"));
    }

    public void Dispose() => _tool.Dispose();

    private Task<int> DiffAsync(JournalScript good, JournalScript bad, params string[] options) =>
        _tool.RunAsync(["diff", _tool.Write("good.jsonl", good.Text), _tool.Write("bad.jsonl", bad.Text), .. options]);
}
