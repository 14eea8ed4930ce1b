using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Rig;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Cli.Tests.Watching;

/// <summary>The verb replay, where it is not on a terminal.</summary>
public sealed class ReplayCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-replay-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task All_events_are_shown_immediately_with_their_times()
    {
        var run = ToolSession.Start("replay", Write("a.jsonl", TestJournal.Connected(60).Lose(60).Recover(63.4, 3.4).Text));
        Assert.Equal(ExitCode.Success, await run.Code);
        string[] lines = run.Out.ToString().TrimEnd().Split('\n');
        Assert.Equal(9, lines.Length);
        Assert.EndsWith("05:00.000  info   Connecting             connecting to nats://127.0.0.1:4222", lines[0], StringComparison.Ordinal);
        Assert.Contains("06:03.400  info   Reconnected ", lines[^2], StringComparison.Ordinal);
        Assert.Equal("nats://127.0.0.1:4222  watched for 1 min 3 s, 1 outage, 3.4 s without connection, 3 attempts, 1 of them failed\n", run.Error.ToString());
    }

    [Fact]
    public async Task Json_is_the_selected_lines_of_the_file()
    {
        string journal = TestJournal.Connected(60).Lose(60).Text;
        var run = ToolSession.Start("replay", Write("a.jsonl", journal), "--json", "--filter", "Disconnected,203");
        Assert.Equal(ExitCode.Success, await run.Code);
        string expected = journal.Split('\n').Single(line => line.Contains("\"kind\":\"Disconnected\"", StringComparison.Ordinal));
        Assert.Equal(System.Text.Json.Nodes.JsonNode.Parse(expected)!.ToJsonString(), System.Text.Json.Nodes.JsonNode.Parse(run.Out.ToString())!.ToJsonString());
    }

    [Fact]
    public async Task Several_files_are_put_on_one_time_axis()
    {
        string one = Write("one.jsonl", TestJournal.Connected(3).Text);
        string other = Write("other.jsonl", new TestJournal().Add(0.003, NatsConnectionState.Connecting, new NatsConnectingEvent { Servers = [TestJournal.Server(2).Url] }).Text);
        var run = ToolSession.Start("replay", one, other);
        Assert.Equal(ExitCode.Success, await run.Code);
        string[] lines = run.Out.ToString().TrimEnd().Split('\n');
        Assert.Contains("Connecting             [one.jsonl nats://127.0.0.1:4222] ", lines[0], StringComparison.Ordinal);
        Assert.Contains("Connecting             [other.jsonl nats://127.0.0.2:4222] ", lines[1], StringComparison.Ordinal);
        Assert.Contains("Connected              [one.jsonl ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_of_one_file_are_distinguished_by_their_names()
    {
        string both = Named("first") + Named("second");
        var run = ToolSession.Start("replay", Write("both.jsonl", both));
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.Equal(2, run.Error.ToString().Count(c => c == '\n'));
        Assert.StartsWith("first  ", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Incomplete_last_line_is_left_out_and_reported()
    {
        string journal = TestJournal.Connected(1).Text;
        var run = ToolSession.Start("replay", Write("a.jsonl", journal[..^20]));
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.Contains("line 5 is incomplete", run.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, run.Out.ToString().Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("not a journal\n", "line 1 cannot be read")]
    [InlineData("{}\n{}\n", "line 1 cannot be read")]
    [InlineData("", "contains no event")]
    public async Task File_that_is_no_journal_is_an_error_of_the_file(string content, string message)
    {
        var run = ToolSession.Start("replay", Write("a.jsonl", content));
        Assert.Equal(ExitCode.File, await run.Code);
        Assert.Contains(message, run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_missing_is_an_error_of_the_file() =>
        Assert.Equal(ExitCode.File, await ToolSession.Start("replay", Path.Combine(_folder, "missing.jsonl")).Code);

    [Fact]
    public async Task Speed_divides_the_time_between_events()
    {
        var time = new FakeTimeProvider();
        DateTimeOffset start = time.GetUtcNow();
        string file = Write("a.jsonl", TestJournal.Connected(0).Lose(20).Text);
        await using var run = ToolSession.Start(time, "replay", file, "--speed", "10");
        await run.Out.WaitForAsync("Connecting", Cancel);
        while (!run.Code.IsCompleted)
        {
            Assert.False(time.GetUtcNow() - start < TimeSpan.FromSeconds(1.9) && run.Out.ToString().Contains("Disconnected", StringComparison.Ordinal));
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(2), TimeSpan.MaxValue);
    }

    private static string Named(string connection) => string.Concat(TestJournal.Connected(1).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Insert(line.IndexOf(',', StringComparison.Ordinal), $",\"connection\":\"{connection}\"") + "\n"));

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
