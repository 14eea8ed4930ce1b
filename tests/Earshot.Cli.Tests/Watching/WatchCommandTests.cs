using System.Text.Json.Nodes;
using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Rig;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Cli.Tests.Watching;

/// <summary>The verb watch with servers, where it is not on a terminal.</summary>
public sealed class WatchCommandTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_lastPong = TimeSpan.FromSeconds(0.5); // how long a connection that is closed waits for it

    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-watch-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Journal => Path.Combine(_folder, "night.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Outage_is_written_as_lines_and_summarized()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var run = ToolSession.Start("watch", server.Url, "--until", "Resubscribed");
        await run.Out.WaitForAsync("info   Connected ", Cancel);
        await server.Faults.RestartAsync(Cancel);
        Assert.Equal(ExitCode.Success, await run.Code);
        string text = run.Out.ToString();
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}  info   Connecting ", text);
        Assert.Contains("warn   Disconnected ", text, StringComparison.Ordinal);
        Assert.Contains("info   Reconnected ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ConnectAttempt ", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', text);
        Assert.Matches($@"^{server.Url}  watched for .*, 1 outage, .* without connection, \d+ attempts", run.Error.ToString());
    }

    [Fact]
    public async Task First_connect_is_tried_until_the_server_is_there()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await server.Faults.StopAsync();
        await using var run = ToolSession.Start("watch", server.Url, "--until", "Connected");
        await run.Out.WaitForAsync("ConnectAttemptFailed", Cancel);
        await server.Faults.RestartAsync(Cancel);
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.Contains("of them failed", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Event_that_does_not_come_in_time_is_a_negative_answer()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        var time = new FakeTimeProvider();
        await using var run = ToolSession.Start(time, "watch", server.Url, "--until", "Disconnected", "--for", "5");
        await run.Out.WaitForAsync("info   Connected ", Cancel);
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(run.Code.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(ExitCode.Negative, await run.Code);
    }

    [Fact]
    public async Task Servers_that_do_not_answer_delay_the_end_once_and_not_each()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        var time = new CountedTime(s_lastPong, count: 8);
        await using var run = ToolSession.Start(time, ["watch", .. Enumerable.Repeat(server.Url, 8), "--record", Journal, "--for", "5"]);
        await run.Out.WaitForAsync(" Connected ", Cancel, times: 8); // one in its handshake would end immediately
        server.Faults.Freeze();
        Assert.False(time.Created.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));
        await time.Created.WaitAsync(s_limit, Cancel); // all wait at the same time
        Assert.False(run.Code.IsCompleted);
        time.Advance(s_lastPong);
        Assert.Equal(ExitCode.Success, await run.Code.WaitAsync(s_limit, Cancel));
    }

    [Fact]
    public async Task Time_without_an_expected_event_ends_with_success()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        Assert.Equal(ExitCode.Success, await ToolSession.Start("watch", server.Url, "--for", "0.05").Code);
    }

    [Fact]
    public async Task Recorded_journal_is_complete_whatever_is_shown()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var run = ToolSession.Start("watch", server.Url, "--record", Journal, "--filter", "Error,Connected", "--json", "--sub", "orders.new");
        await run.Out.WaitForAsync("\"kind\":\"Connected\"", Cancel);
        await server.WaitForSubscriptionAsync("orders.new", Cancel);
        await run.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await run.Code);
        Assert.Single(run.Out.ToString().TrimEnd().Split('\n'));
        string journal = await File.ReadAllTextAsync(Journal, Cancel);
        using var lines = new StringReader(journal);
        Assert.Empty(NatsJournalValidator.ValidateJsonLines(lines, requireClosed: true));
        Assert.Contains("\"subject\":\"orders.new\"", journal, StringComparison.Ordinal);
        Assert.Contains($"journal of {journal.Count(c => c == '\n')} events in {Journal}", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_with_one_connection_is_a_journal()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var run = ToolSession.Start("watch", server.Url, "--json");
        await run.Out.WaitForAsync("\"kind\":\"Connected\"", Cancel);
        await run.CancelAsync();
        await run.Code;
        using var lines = new StringReader(run.Out.ToString());
        Assert.Empty(NatsJournalValidator.ValidateJsonLines(lines, requireClosed: true));
    }

    [Fact]
    public async Task Several_connections_are_named_in_lines_and_have_a_file_each()
    {
        await using NatsTestServer one = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using NatsTestServer other = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var run = ToolSession.Start("watch", one.Url, other.Url, "--json", "--record", Journal);
        await run.Out.WaitForAsync($"{{\"kind\":\"Connected\",\"connection\":\"{one.Url}\"", Cancel);
        await run.Out.WaitForAsync($"{{\"kind\":\"Connected\",\"connection\":\"{other.Url}\"", Cancel);
        await run.CancelAsync();
        await run.Code;
        Assert.All(run.Out.ToString().TrimEnd().Split('\n'), line => Assert.Contains((string?)JsonNode.Parse(line)!["connection"], new[] { one.Url, other.Url }));
        for (int i = 1; i <= 2; i++)
        {
            using StreamReader lines = File.OpenText(Path.Combine(_folder, $"night-{i}.jsonl"));
            Assert.Empty(NatsJournalValidator.ValidateJsonLines(lines, requireClosed: true));
        }
    }

    [Fact]
    public async Task Journal_is_never_overwritten()
    {
        await File.WriteAllTextAsync(Journal, "important", Cancel);
        var run = ToolSession.Start("watch", "nats://127.0.0.1:1", "--record", Journal);
        Assert.Equal(ExitCode.File, await run.Code);
        Assert.Contains("exists already", run.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal("important", await File.ReadAllTextAsync(Journal, Cancel));
    }

    [Fact]
    public async Task Journals_of_which_one_exists_leave_no_other_file()
    {
        string second = Path.Combine(_folder, "night-2.jsonl");
        await File.WriteAllTextAsync(second, "important", Cancel);
        var run = ToolSession.Start("watch", "nats://127.0.0.1:1", "nats://127.0.0.1:2", "--record", Journal);
        Assert.Equal(ExitCode.File, await run.Code);
        Assert.Equal([second], Directory.GetFiles(_folder));
        Assert.Equal("important", await File.ReadAllTextAsync(second, Cancel));
    }

    [Fact]
    public async Task Command_runs_on_the_chosen_events()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        string output = Path.Combine(_folder, "kinds");
        await using var run = ToolSession.Start("watch", server.Url, "--exec", $"head -c 17 >> {output}; echo done", "--on", "Connecting,Closed", "--until", "Connected");
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.Equal("{\"kind\":\"Connecti{\"kind\":\"Closed\",", await File.ReadAllTextAsync(output, Cancel));
        Assert.Contains("exec: done", run.Error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("done", run.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Duration", "Long")] // the client tries refused credentials for half a minute
    public async Task Refused_credentials_end_with_their_code_and_are_not_written()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Token = "right" }, Cancel);
        var run = ToolSession.Start("watch", server.Url.Replace("nats://", "nats://wr0ng-s3cret@", StringComparison.Ordinal), "--record", Journal, "--min-severity", "trace");
        Assert.Equal(ExitCode.Authentication, await run.Code);
        string all = run.Out.ToString() + run.Error + await File.ReadAllTextAsync(Journal, Cancel);
        Assert.DoesNotContain("s3cret", all, StringComparison.Ordinal);
        Assert.Contains("AuthenticationError", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--sub", "a b")]
    [InlineData("--sub", "a..b")]
    [InlineData("--sub", "a.>.b")]
    [InlineData("--on", "Connected")] // without --exec
    public async Task Option_that_would_be_ignored_is_an_error_of_usage(string option, string value)
    {
        var run = ToolSession.Start("watch", "nats://127.0.0.1:1", option, value, "--for", "0.05");
        Assert.Equal(ExitCode.Usage, await run.Code);
        Assert.Contains(option, run.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(run.Out.ToString());
    }

    [Theory]
    [InlineData("--until", "Conected")]
    [InlineData("--filter", "nothing")]
    [InlineData("--min-severity", "loud")]
    [InlineData("--for", "-1")]
    [InlineData("--on", "x")]
    public async Task Wrong_option_is_an_error_of_usage(string option, string value)
    {
        var run = ToolSession.Start("watch", "nats://127.0.0.1:1", option, value);
        Assert.Equal(ExitCode.Usage, await run.Code);
        Assert.Contains(option, run.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(run.Out.ToString());
    }
}
