using System.Diagnostics;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Cli.Tests.Fleet;

/// <summary><c>earshot fleet</c> on real servers, the newest and the oldest: who was lost, what both sides say, and why.</summary>
public sealed class FleetWhyTests : IAsyncDisposable
{
    private readonly FleetRig _rig = new();

    private static CancellationToken Token => FleetRig.Token;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task A_process_that_is_killed_is_known_by_its_journal(string version)
    {
        NatsServerProcess server = await _rig.StartAsync(version, FleetRig.Accounts);
        string journal = Path.Combine(_rig.Folder, "orders.jsonl");
        string tool = Path.Combine(AppContext.BaseDirectory, "Earshot.Cli.dll");
        var info = new ProcessStartInfo("dotnet", ["exec", tool, "watch", FleetRig.UrlOf(server), "--record", journal]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process client = Process.Start(info)!;
        _ = client.StandardError.ReadToEndAsync(Token);
        while (await client.StandardOutput.ReadLineAsync(Token) is { } line && !line.Contains("Connected", StringComparison.Ordinal))
        {
        }

        int mark = server.Log.Mark;
        client.Kill();
        await client.WaitForExitAsync(Token);
        await FleetRig.LoggedAsync(server, "connection closed", mark);
        ToolRun run = await WhyAsync(journal, "--server", FleetRig.UrlOf(server));
        Assert.Contains("verdict      the process of the client died", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("holes", run.Out, StringComparison.Ordinal);
        Assert.Matches("client says  the journal ends at [0-9:.]+ with this session, without Closed", run.Out);
        Assert.Matches("server says  (Client Closed|Read Error)", run.Out);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task A_slow_reader_is_named_with_its_account_and_user(string version)
    {
        NatsServerProcess server = await _rig.StartAsync(version, $"max_pending: 262144\nmax_payload: 65536\n{FleetRig.Accounts}");
        await _rig.SubscribeWithoutReadingAsync(server);
        NatsConnection publisher = await _rig.ConnectAsync(new NatsOpts { Url = FleetRig.UrlOf(server), Name = "publisher" });
        byte[] payload = new byte[65_000];
        Task logged = FleetRig.LoggedAsync(server, "Slow Consumer Detected");
        while (!logged.IsCompleted)
        {
            await publisher.PublishAsync("ticks", payload, cancellationToken: Token);
            await publisher.FlushAsync(Token);
        }

        await logged;
        ToolRun run = await WhyAsync("--server", FleetRig.UrlOf(server), "--name", "slow");
        Assert.Contains("slow-one  lost n1 cid", run.Out, StringComparison.Ordinal);
        Assert.Contains("(APP orders 127.0.0.1)", run.Out, StringComparison.Ordinal);
        Assert.Contains("server says  Slow Consumer (Pending Bytes)", run.Out, StringComparison.Ordinal);
        Assert.Contains("verdict      the client read too slowly", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task A_wrong_password_is_a_refusal_and_the_monitoring_port_has_the_other_half(string version)
    {
        NatsServerProcess server = await _rig.StartAsync(version, FleetRig.Accounts);
        var client = new NatsConnection(new NatsOpts { Url = FleetRig.UrlOf(server, "TEST-SECRET-wrong"), Name = "orders-api" });
        await Assert.ThrowsAsync<NatsConnectionFailedException>(async () => await client.ConnectAsync(Token));
        string journal = await _rig.JournalAsync(client, "orders.jsonl");
        await client.DisposeAsync();
        ToolRun half = await WhyAsync(journal, "--server", FleetRig.UrlOf(server));
        Assert.Contains("orders  refused by", half.Out, StringComparison.Ordinal);
        Assert.Contains("client says  attempt failed in Authentication: AuthorizationViolation", half.Out, StringComparison.Ordinal);
        Assert.Contains("server says  nothing", half.Out, StringComparison.Ordinal);
        ToolRun both = await WhyAsync(journal, "--offline", "--http", server.MonitoringUrl.ToString());
        Assert.Contains("orders-api  refused by n1", both.Out, StringComparison.Ordinal);
        Assert.Contains("server says  Authentication Failure", both.Out, StringComparison.Ordinal);
        Assert.Contains("verdict      the credentials were not accepted", both.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task Lame_duck_mode_is_one_incident_with_every_move(string version)
    {
        NatsCluster cluster = await _rig.StartClusterAsync(version);
        NatsServerProcess first = cluster.Nodes[0];
        var clients = new List<NatsConnection>();
        for (int i = 0; i < 3; i++)
        {
            clients.Add(await _rig.ConnectAsync(new NatsOpts { Url = FleetRig.UrlOf(first), Name = "orders-api", LameDuckGracePeriod = TimeSpan.FromSeconds(1) }));
        }

        Task[] moved = [.. clients.Select(client => client.Events.WhenAsync<NatsReconnectedEvent>(0, cancellationToken: Token))];
        await first.EnterLameDuckModeAsync(Token);
        await Task.WhenAll(moved).WaitAsync(TimeSpan.FromSeconds(30), Token);
        List<string> arguments = ["fleet", "incidents", "--server", FleetRig.UrlOf(cluster.Nodes[1])];
        foreach ((NatsConnection client, int i) in clients.Select((client, i) => (client, i)))
        {
            arguments.Insert(2, await _rig.JournalAsync(client, $"orders-{i}.jsonl"));
        }

        ToolRun run = await RunAsync([.. arguments]);
        string sentence = Assert.Single(run.Lines, line => line.Contains("planned restart", StringComparison.Ordinal));
        Assert.Contains("All 3 known connections lost n1", sentence, StringComparison.Ordinal);
        Assert.Contains("3 were back within", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task A_default_server_lists_the_open_ones_and_says_that_the_closed_need_the_monitoring_port(string version)
    {
        NatsServerProcess server = await _rig.StartAsync(version, "");
        NatsConnection client = await _rig.ConnectAsync(new NatsOpts { Url = server.Url, Name = "orders-api" });
        await client.DisposeAsync();
        ToolRun live = await WhyAsync("--server", server.Url);
        Assert.Contains("n1  up, 1 open connection", live.Out, StringComparison.Ordinal);
        Assert.Contains("--http http://SERVER:8222 reads them", live.Out, StringComparison.Ordinal);
        ToolRun port = await WhyAsync("--offline", "--http", server.MonitoringUrl.ToString().TrimEnd('/'));
        Assert.Contains("orders-api on 127.0.0.1  closed its connection", port.Out, StringComparison.Ordinal);
        ToolRun all = await WhyAsync("--offline", "--all", "--http", server.MonitoringUrl.ToString());
        Assert.Contains("its journal would show which", all.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_read_can_be_kept_and_read_again()
    {
        NatsServerProcess server = await _rig.StartAsync("newest", FleetRig.Accounts);
        NatsConnection client = await _rig.ConnectAsync(new NatsOpts { Url = FleetRig.UrlOf(server), Name = "orders-api" });
        string journal = await _rig.JournalAsync(client, "orders.jsonl");
        string file = Path.Combine(_rig.Folder, "kept.jsonl");
        ToolRun first = await WhyAsync(journal, "--server", FleetRig.UrlOf(server), "--save", file, "--json");
        ToolRun again = await WhyAsync(file, "--offline", "--json");
        Assert.Equal(first.Out, again.Out);
        Assert.DoesNotContain("TEST-SECRET", await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
        ToolRun exists = await RunAsync(3, "fleet", "why", journal, "--offline", "--save", file);
        Assert.Contains("exists already", exists.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--http must be the URL of a monitoring port", "--offline", "--http", "nats://a")]
    [InlineData(2, "--since is 'soon'", "--offline", "--since", "soon")]
    [InlineData(2, "There is nothing to read", "--offline")]
    [InlineData(3, "cannot be read", "--offline", "/no/such/file")]
    [InlineData(11, "cannot be read", "--offline", "--http", "http://127.0.0.1:1")]
    public async Task A_source_that_cannot_be_read_is_an_error(int code, string text, params string[] arguments)
    {
        ToolRun run = await RunAsync(code, ["fleet", "why", .. arguments]);
        Assert.Contains(text, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_hint_when_there_are_journals()
    {
        NatsServerProcess server = await _rig.StartAsync("newest", "");
        NatsConnection client = await _rig.ConnectAsync(new NatsOpts { Url = server.Url });
        string journal = await _rig.JournalAsync(client, "orders.jsonl");
        ToolRun run = await WhyAsync(journal, "--server", "nats://127.0.0.1:1");
        Assert.Contains("No server was asked", run.Out, StringComparison.Ordinal);
        Assert.Contains("The servers' half is missing", run.Out, StringComparison.Ordinal);
    }

    private static Task<ToolRun> WhyAsync(params string[] arguments) => RunAsync(["fleet", "why", .. arguments]);

    private static Task<ToolRun> RunAsync(params string[] arguments) => RunAsync(0, arguments);

    private static async Task<ToolRun> RunAsync(int code, params string[] arguments)
    {
        ToolRun run = await ToolRun.EndOfAsync(arguments);
        Assert.True(code == await run.Code, $"{await run.Code}: {run.Error}\n{run.Out}");
        Assert.DoesNotContain("TEST-SECRET", run.Out + run.Error, StringComparison.Ordinal);
        return run;
    }
}
