using System.Text.Json;
using Earshot.Cli.Bench;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Rig;
using Spectre.Console;
using Xunit;

namespace Earshot.Cli.Tests.Bench;

/// <summary>Measurements that end too early, and the progress that is shown until then.</summary>
public sealed class CancelledBenchTests : IAsyncLifetime
{
    private const string LongTimeout = "300"; // half a minute of FastTime
    private const int Seen = 20;

    private NatsTestServer? _server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    [Theory]
    [InlineData("pub", "seen")]
    [InlineData("js-pub", "seen", "--create")]
    [InlineData("js-pub", "seen", "--create", "--window=8")]
    public async Task Cancelled_publish_shows_what_was_measured_and_cleans_up(params string[] args)
    {
        ToolRun run = await StartAsync([.. args, "--msgs", "1000000000", "--json"]);
        await run.Stop.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await run.Code);
        JsonElement result = JsonDocument.Parse(Assert.Single(run.Lines)).RootElement;
        Assert.True(result.GetProperty("partial").GetBoolean());
        Assert.InRange(result.GetProperty("messages").GetInt64(), 1, 999_999_999);
        Assert.InRange(result.GetProperty("seconds").GetDouble(), double.Epsilon, 60);
        await using var connection = new NatsConnection(new NatsOpts { Url = _server!.Url });
        Assert.Empty(await connection.CreateJetStreamContext().ListStreamNamesAsync(cancellationToken: Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Cancelled_measurement_says_in_words_that_it_is_partial()
    {
        string file = Path.GetTempFileName();
        try
        {
            ToolRun run = await StartAsync("pub", "seen", "--duration", "3600", "--csv", file);
            await run.Stop.CancelAsync();
            Assert.Equal(ExitCode.Cancelled, await run.Code);
            Assert.Contains(" s (partial)", run.Lines[0], StringComparison.Ordinal);
            Assert.StartsWith("pub,all,", (await File.ReadAllLinesAsync(file, Cancel))[^1], StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Cancelled_requests_and_subscriptions_show_their_latencies_and_counts()
    {
        var reply = ToolRun.Start(static host => host, "reply", "seen", "--echo", "--quiet", "--server", _server!.Url);
        await reply.WroteErrorAsync("Listening");
        ToolRun request = await StartAsync("request", "seen", "--msgs", "1000000000", "--json");
        var sub = ToolRun.Start(static host => host with { Time = new FastTime() }, "bench", "sub", "seen", "--msgs", "1000000000", "--json", "--timeout", LongTimeout, "--server", _server!.Url);
        await sub.WroteErrorAsync(" of 1,000,000,000 messages");
        await request.Stop.CancelAsync();
        await sub.Stop.CancelAsync();
        await reply.Stop.CancelAsync();
        Assert.Equal((ExitCode.Cancelled, ExitCode.Cancelled, ExitCode.Cancelled), (await request.Code, await sub.Code, await reply.Code));
        JsonElement result = JsonDocument.Parse(request.Out).RootElement;
        Assert.Equal(result.GetProperty("messages").GetInt64(), result.GetProperty("latency").GetProperty("ranges").EnumerateArray().Sum(static range => range.GetProperty("count").GetInt64()));
        Assert.True(JsonDocument.Parse(sub.Out).RootElement.GetProperty("partial").GetBoolean());
    }

    [Fact]
    public async Task Server_that_does_not_answer_any_more_does_not_keep_the_result()
    {
        ToolRun run = await StartAsync("pub", "seen", "--msgs", "1000000000", "--json");
        _server!.Faults.Freeze();
        await run.Stop.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await run.Code.WaitAsync(TimeSpan.FromSeconds(15), Cancel));
        Assert.True(JsonDocument.Parse(run.Out).RootElement.GetProperty("partial").GetBoolean());
    }

    [Fact]
    public async Task Error_in_the_middle_shows_what_was_measured_before_it()
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = _server!.Url });
        await using INatsSub<byte[]> requests = await connection.SubscribeCoreAsync<byte[]>("echo", cancellationToken: Cancel);
        await connection.PingAsync(Cancel);
        var run = ToolRun.Start(static host => host, "bench", "request", "echo", "--msgs", "1000", "--json", "--server", _server!.Url);
        for (int i = 0; i < 3; i++)
        {
            await (await requests.Msgs.ReadAsync(Cancel)).ReplyAsync("x"u8.ToArray(), cancellationToken: Cancel);
        }

        await requests.DisposeAsync();
        Assert.Equal(ExitCode.NoReply, await run.Code);
        JsonElement result = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal((3, true), (result.GetProperty("messages").GetInt32(), result.GetProperty("partial").GetBoolean()));
        Assert.StartsWith("earshot: ", run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(79, "1,000 of 4,000 messages, 50 msg/s ━━━━━━━━━──────────────────────────────   25%")]
    [InlineData(59, "1,000 of 4,000 messages, 50 msg/s ━━━━───────────────   25%")]
    [InlineData(30, "1,000 of 4,000 messages, 50 m…")]
    public void Bar_is_as_wide_as_the_terminal_leaves_room(int columns, string line)
    {
        var progress = new BenchProgress(new ToolHost { Out = TextWriter.Null, Error = TextWriter.Null, In = TextReader.Null }, static () => (0.25, "1,000 of 4,000 messages, 50 msg/s")) { Terminal = Terminal(TextWriter.Null) };
        Assert.Equal(line, progress.Bar(columns).Text);
    }

    [Fact]
    public async Task Bar_is_removed_at_the_end()
    {
        using var output = new StringWriter();
        var host = new ToolHost { Out = TextWriter.Null, Error = output, In = TextReader.Null, IsErrorRedirected = false, Variable = static name => name == "TERM" ? "xterm" : null };
        await new BenchProgress(host, static () => (0.5, "half")) { Terminal = Terminal(output) }.ShowAsync(Task.CompletedTask);
        Assert.StartsWith("\rhalf ━", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"\e[K\r{StatusLine.EraseLine}", output.ToString(), StringComparison.Ordinal);
    }

    private static IAnsiConsole Terminal(TextWriter output)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 80;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    // Starts a measurement and waits until more of its messages have come than can be without an ack.
    private async Task<ToolRun> StartAsync(params string[] args)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = _server!.Url });
        await using INatsSub<byte[]> seen = await connection.SubscribeCoreAsync<byte[]>("seen", opts: new NatsSubOpts { MaxMsgs = Seen }, cancellationToken: Cancel);
        await connection.PingAsync(Cancel);
        var run = ToolRun.Start(static host => host with { Time = new FastTime() }, ["bench", .. args, "--timeout", LongTimeout, "--server", _server!.Url]);
        for (int i = 0; i < Seen; i++)
        {
            await seen.Msgs.ReadAsync(Cancel);
        }

        return run;
    }
}
