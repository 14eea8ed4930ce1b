using System.Text.Json.Nodes;
using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Rig;
using Xunit;

namespace Earshot.Cli.Tests.LocalServer;

/// <summary>The verb server, with lines on its standard input.</summary>
public sealed class ServerCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_do_to_the_server_what_a_client_then_reports()
    {
        await using var run = ToolSession.Start("server", "--port", "0", "--json");
        await using NatsConnection client = await ConnectAsync(await UrlAsync(run, "n1"));
        run.In.Add("drop reset");
        await client.Events.WhenAsync<NatsReconnectedEvent>(1, Cancel);
        run.In.Add("error Some Text");
        NatsServerErrorEvent error = await client.Events.WhenAsync<NatsServerErrorEvent>(1, Cancel);
        Assert.Contains("Some Text", error.Text, StringComparison.Ordinal);
        run.In.Add("delay 30");
        await run.Out.WaitForAsync("delayed by 30 ms", Cancel);
        Assert.InRange((await client.PingAsync(Cancel)).TotalMilliseconds, 30, 60_000);
        run.In.Add("thaw");
        run.In.Add("lame-duck");
        await client.Events.WhenAsync<NatsLameDuckModeEvent>(1, Cancel);
        long before = client.Events.LastSequence;
        run.In.Add("stop");
        await client.Events.WhenAsync<NatsDisconnectedEvent>(before, Cancel);
        run.In.Add("start");
        await client.Events.WhenAsync<NatsReconnectedEvent>(before, Cancel);
        run.In.Add("quit");
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.All(run.Out.ToString().TrimEnd().Split('\n'), line => Assert.Contains((string?)JsonNode.Parse(line)!["type"], new[] { "server", "action", "client" }));
        Assert.Equal(
            ["drop", "error", "delay", "thaw", "lame-duck", "stop", "start"],
            run.Out.ToString().TrimEnd().Split('\n').Select(line => (string?)JsonNode.Parse(line)!["action"]).Where(action => action is not null));
    }

    [Fact]
    public async Task Frozen_server_answers_again_after_thaw()
    {
        await using var run = ToolSession.Start("server", "--port", "0", "--json");
        await using NatsConnection client = await ConnectAsync(await UrlAsync(run, "n1"));
        run.In.Add("freeze");
        await run.Out.WaitForAsync("\"frozen\"", Cancel);
        ValueTask<TimeSpan> ping = client.PingAsync(Cancel);
        Assert.False(ping.IsCompleted);
        run.In.Add("thaw");
        await ping;
    }

    [Fact]
    public async Task Cluster_can_be_separated_and_healed_and_its_servers_are_named()
    {
        await using var run = ToolSession.Start("server", "--cluster", "3", "--json");
        await using NatsConnection first = await ConnectAsync(await UrlAsync(run, "n1"));
        await using NatsConnection second = await ConnectAsync(await UrlAsync(run, "n2"));
        Assert.Equal(2, first.DiscoveredServers.Count);
        run.In.Add("partition n2");
        await first.Events.WhenAsync<NatsServerPoolChangedEvent>(0, e => e.Removed.Count == 1, Cancel);
        await run.Out.WaitForAsync("{\"type\":\"action\",\"server\":\"n2\",\"action\":\"partition\"", Cancel);
        run.In.Add("heal");
        await run.Out.WaitForAsync("all partitions ended", Cancel);
        run.In.Add("stop n2");
        await second.Events.WhenAsync<NatsReconnectedEvent>(0, Cancel);
    }

    [Fact]
    public async Task JetStream_is_there_unless_it_is_switched_off()
    {
        await using var with = ToolSession.Start("server", "--port", "0");
        await with.Out.WaitForAsync("nats://127.0.0.1:", Cancel);
        await using var without = ToolSession.Start("server", "--port", "0", "--no-jetstream", "--json");
        await using NatsConnection client = await ConnectAsync(await UrlAsync(without, "n1"));
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await client.RequestAsync<string>("$JS.API.INFO", cancellationToken: Cancel));
        string url = with.Out.ToString().Split("  ")[^1].Trim();
        await using NatsConnection other = await ConnectAsync(url);
        Assert.Contains("account_info_response", (await other.RequestAsync<string>("$JS.API.INFO", cancellationToken: Cancel)).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_lines_are_explained_and_change_nothing()
    {
        await using var run = ToolSession.Start("server", "--port", "0");
        foreach (string line in new[] { "", "# a comment", "bogus", "drop softly", "delay x", "freeze n7", "partition", "help", "clients", "quit" })
        {
            run.In.Add(line);
        }

        Assert.Equal(ExitCode.Success, await run.Code);
        string hints = run.Error.ToString();
        Assert.Contains("'bogus' is not known", hints, StringComparison.Ordinal);
        Assert.Contains("'softly' is not fin, reset or mid-frame", hints, StringComparison.Ordinal);
        Assert.Contains("'x' is not a number of milliseconds", hints, StringComparison.Ordinal);
        Assert.Contains("'n7' is not a server", hints, StringComparison.Ordinal);
        Assert.Contains("'partition' is not known", hints, StringComparison.Ordinal);
        Assert.Contains("Enter lame duck mode", hints, StringComparison.Ordinal);
        Assert.Contains("never a broker for production", hints.Replace("not a broker", "never a broker", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(2, run.Out.ToString().Count(c => c == '\n'));
        Assert.Contains("n1  no clients", run.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_of_the_input_does_not_end_the_server()
    {
        await using var run = ToolSession.Start("server", "--port", "0", "--json");
        string url = await UrlAsync(run, "n1");
        run.In.Add("clients");
        run.In.End();
        await run.Out.WaitForAsync("no clients", Cancel);
        await using NatsConnection client = await ConnectAsync(url);
        await run.Out.WaitForAsync("\"type\":\"client\"", Cancel);
        await run.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await run.Code);
    }

    [Fact]
    public async Task Port_in_use_and_wrong_options_are_errors()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        Assert.Equal(ExitCode.Other, await ToolSession.Start("server", "--port", $"{server.Port}").Code);
        Assert.Equal(ExitCode.Usage, await ToolSession.Start("server", "--cluster", "1").Code);
        Assert.Equal(ExitCode.Usage, await ToolSession.Start("server", "--cluster", "3", "--port", "0").Code);
        Assert.Equal(ExitCode.Usage, await ToolSession.Start("server", "--user", "a").Code);
    }

    [Fact]
    public async Task Keys_on_a_terminal_do_the_same()
    {
        var keys = new System.Collections.Concurrent.ConcurrentQueue<char>("2pz?");
        await using var output = new AwaitableOutput();
        await using var hints = new AwaitableOutput();
        var host = new ToolHost { Out = output, Error = hints, In = TextReader.Null, IsInRedirected = false, ReadKey = () => keys.TryDequeue(out char key) ? key : null };
        Task<int> code = EarshotTool.RunAsync(["server", "--cluster", "2"], host, Cancel);
        await output.WaitForAsync("n2  separated from the others", Cancel);
        await hints.WaitForAsync("1 to 9 select the server", Cancel);
        keys.Enqueue('q');
        Assert.Equal(ExitCode.Success, await code);
    }

    private static async Task<string> UrlAsync(ToolSession run, string server)
    {
        string start = $"{{\"type\":\"server\",\"server\":\"{server}\",\"url\":\"";
        string text = await run.Out.WaitForAsync(start, Cancel);
        return text.Split(start)[1].Split('"')[0];
    }

    private static async Task<NatsConnection> ConnectAsync(string url)
    {
        var connection = new NatsConnection(new NatsOpts { Url = url, LameDuckPolicy = NatsLameDuckPolicy.Notify });
        await connection.ConnectAsync(Cancel);
        return connection;
    }
}
