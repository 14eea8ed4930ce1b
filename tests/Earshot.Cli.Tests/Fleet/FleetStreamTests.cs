using System.Text.Json;
using Earshot.Cli.Tests.Rig;
using Earshot.Fleet;
using Earshot.Fleet.Tests.Story;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Cli.Tests.Fleet;

/// <summary><c>earshot fleet why, incidents</c> and <c>watch</c> on the streams of a fleet, which a real server has.</summary>
public sealed class FleetStreamTests : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly ClusterStory _story = new() { Now = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(2) };
    private readonly List<StoryClient> _clients = [];
    private readonly StoryServer _first;
    private readonly StoryServer _second;

    public FleetStreamTests()
    {
        (_first, _second) = (_story.Start("n1"), _story.Start("n2"));
        for (int i = 0; i < 5; i++)
        {
            _clients.Add(new StoryClient($"c{i}") { Name = $"orders-api#a{i}.1" });
            _story.Connect(_clients[i], _first);
        }

        _story.Of(_second, ServerRecordKind.Seen);
        _story.Pass(30);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _owned.Reverse();
        foreach (IAsyncDisposable owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }

    [Fact]
    public async Task Why_and_incidents_read_the_streams()
    {
        (NatsServerProcess server, StreamPublisher publisher) = await StartAsync();
        Stop();
        Return();
        await publisher.PublishAsync(_story.Records, Token);
        ToolRun why = await RunAsync(0, "fleet", "why", "--streams", "--server", server.Url, "--name", "a3");
        Assert.Contains("EARSHOT_JOURNAL 5 messages, EARSHOT_SERVERS 12 messages", why.Out, StringComparison.Ordinal);
        Assert.Contains("orders-api#a3.1  lost n1", why.Out, StringComparison.Ordinal);
        Assert.Contains("verdict      the server was stopped without lame duck mode", why.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("orders-api#a2.1", why.Out, StringComparison.Ordinal);
        ToolRun incidents = await RunAsync(0, "fleet", "incidents", "--streams", "--server", server.Url, "--since", "1h");
        Assert.Contains("All 5 known connections lost n1", Assert.Single(incidents.Lines, line => line.Contains("stopped without", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("No incident was found.", (await RunAsync(0, "fleet", "incidents", "--streams", "--server", server.Url, "--since", "1s")).Lines[^1].Trim());
    }

    [Fact]
    public async Task What_was_read_from_the_streams_can_be_kept_and_read_again()
    {
        (NatsServerProcess server, StreamPublisher publisher) = await StartAsync();
        Stop();
        await publisher.PublishAsync(_story.Records, Token);
        string file = Path.Combine(Directory.CreateTempSubdirectory("earshot-streams-").FullName, "kept.jsonl");
        ToolRun first = await RunAsync(0, "fleet", "incidents", "--streams", "--server", server.Url, "--json", "--save", file);
        Assert.Equal(first.Out, (await RunAsync(0, "fleet", "incidents", file, "--offline", "--json")).Out);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Missing_streams_are_an_error_and_one_that_is_missing_is_named()
    {
        (NatsServerProcess server, StreamPublisher publisher) = await StartAsync(withStreams: false);
        foreach (string[] verb in (string[][])[["why", "--streams"], ["incidents", "--streams"], ["watch"], ["page"]])
        {
            ToolRun run = await RunAsync(21, ["fleet", .. verb, "--server", server.Url]);
            Assert.Contains("The stream EARSHOT_JOURNAL does not exist, so this half is missing. earshot fleet init creates it.", run.Error, StringComparison.Ordinal);
        }

        await publisher.CreateAsync(StreamPublisher.ServersStream, "s", Token);
        ToolRun half = await RunAsync(0, "fleet", "why", "--streams", "--server", server.Url);
        Assert.Contains("The stream EARSHOT_JOURNAL does not exist", half.Out, StringComparison.Ordinal);
        Assert.Contains("No connection was lost", half.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_shows_an_incident_when_it_begins_and_when_it_is_over()
    {
        (NatsServerProcess server, StreamPublisher publisher) = await StartAsync();
        await publisher.PublishAsync(_story.Records, Token);
        ToolRun watch = Start("fleet", "watch", "--server", server.Url);
        await watch.WroteAsync("server   n2  up");
        List<FleetRecord> before = [.. _story.Records];
        Stop();
        await publisher.PublishAsync(_story.Records.Except(before), Token);
        await watch.WroteAsync("began");
        before = [.. _story.Records];
        Return();
        await publisher.PublishAsync(_story.Records.Except(before), Token);
        await watch.WroteAsync("over ");
        await watch.Stop.CancelAsync();
        Assert.Equal(130, await watch.Code);
        Assert.Contains(watch.Lines, line => line.Contains("n1  up → stopped", StringComparison.Ordinal));
        Assert.Contains("All 5 known connections lost n1", Assert.Single(watch.Lines, line => line.Contains("  began  ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("5 were back within", Assert.Single(watch.Lines, line => line.Contains("  over   ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("1 incident began, 1 is over", watch.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_ends_with_an_incident_and_writes_changes_as_json()
    {
        (NatsServerProcess server, StreamPublisher publisher) = await StartAsync();
        await publisher.PublishAsync(_story.Records, Token);
        ToolRun watch = Start("fleet", "watch", "--server", server.Url, "--json", "--until-incident", "--for", "30s");
        await watch.WroteAsync("serverChange");
        List<FleetRecord> before = [.. _story.Records];
        Stop();
        await publisher.PublishAsync(_story.Records.Except(before), Token);
        Assert.Equal(0, await watch.Code);
        JsonElement[] lines = [.. watch.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.All(lines, line => Assert.Equal("type", line.EnumerateObject().First().Name));
        Assert.Equal(2, lines.Count(line => Type(line) == "fleetStreamState"));
        JsonElement incident = lines.Last(line => Type(line) == "incidentChange");
        Assert.Equal(("Stopped", "n1"), (incident.GetProperty("verdict").GetString(), incident.GetProperty("servers")[0].GetString()));
        Assert.Contains(lines, line => Type(line) == "serverChange" && line.GetProperty("state").GetString() == "Up");

        ToolRun again = await RunAsync(0, "fleet", "watch", "--server", server.Url, "--until-incident"); // it is in progress
        Assert.Contains("began", again.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_on_a_terminal_has_a_last_line_with_the_servers_and_leaves_none_behind()
    {
        (NatsServerProcess server, StreamPublisher publisher) = await StartAsync();
        await publisher.PublishAsync(_story.Records, Token);
        var time = new HeldTime(TimeSpan.FromMinutes(7));
        var watch = ToolRun.Start(host => host with { Time = time, IsOutRedirected = false, Width = 60, Variable = name => name == "TERM" ? "xterm" : null }, "fleet", "watch", "--server", server.Url, "--for", "7m");
        await watch.WroteAsync("\rn1 up 5  n2 up 0  ·  0 incidents in progress");
        time.Elapse();
        Assert.Equal(0, await watch.Code);
        Assert.Matches(@"\rn1 up 5  n2 up 0  ·  0 incidents in progress", watch.Out);
        Assert.EndsWith("\r\e[K", watch.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "--until-incident")]
    [InlineData(0)]
    public async Task Watch_without_an_incident_ends_after_its_time(int code, params string[] more)
    {
        (NatsServerProcess server, StreamPublisher publisher) = await StartAsync();
        await publisher.PublishAsync(_story.Records, Token);
        var time = new HeldTime(TimeSpan.FromMinutes(7));
        var run = ToolRun.Start(host => host with { Time = time }, ["fleet", "watch", "--server", server.Url, "--for", "7m", .. more]);
        await run.WroteAsync("n1  ");
        time.Elapse();
        Assert.Equal(code, await run.Code);
        Assert.Contains("0 incidents began, 0 are over", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_may_not_read_the_streams_gets_the_code_of_permissions()
    {
        NatsServerProcess server = await NatsServerProcess.StartAsync(
            new NatsServerSetup { JetStream = true, Config = """authorization { users: [ { user: orders, password: pw, permissions: { publish: { allow: ["orders.>"] } } } ] }""" }, Token);
        _owned.Add(server);
        foreach (string[] verb in (string[][])[["why", "--streams"], ["watch"], ["page"]])
        {
            ToolRun run = await RunAsync(20, ["fleet", .. verb, "--server", server.Url, "--user", "orders", "--password", "pw"]);
            Assert.Contains("$JS.API.STREAM.INFO.EARSHOT", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--since is 'soon'", "watch", "--since", "soon")]
    [InlineData("--for is '-1s'", "watch", "--for=-1s")]
    [InlineData("--streams needs a connection", "why", "--streams", "--offline")]
    public async Task A_value_that_is_not_valid_is_an_error_of_usage(string text, params string[] arguments)
    {
        ToolRun run = await RunAsync(2, ["fleet", .. arguments]);
        Assert.Contains(text, run.Error, StringComparison.Ordinal);
    }

    private static string Type(JsonElement line) => line.GetProperty("type").GetString()!;

    private void Stop()
    {
        _story.Of(_first, ServerRecordKind.Shutdown);
        _clients.ForEach(client => _story.Lost(client, NatsDisconnectReason.ServerClosed));
        _story.Pass(1);
    }

    private void Return() => _clients.ForEach(client => _story.Connect(client, _second, TimeSpan.FromSeconds(1)));

    private async Task<(NatsServerProcess Server, StreamPublisher Publisher)> StartAsync(bool withStreams = true)
    {
        NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true }, Token);
        _owned.Add(server);
        var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        _owned.Add(connection);
        await connection.ConnectAsync(Token);
        var publisher = new StreamPublisher(connection);
        if (withStreams)
        {
            await publisher.CreateAsync(Token);
        }

        return (server, publisher);
    }

    private static ToolRun Start(params string[] arguments) => ToolRun.Start(static host => host, arguments);

    private static async Task<ToolRun> RunAsync(int code, params string[] arguments)
    {
        ToolRun run = await ToolRun.EndOfAsync(arguments);
        Assert.True(code == await run.Code, $"{await run.Code}: {run.Error}\n{run.Out}");
        return run;
    }
}
