using System.Text.Json;
using System.Text.RegularExpressions;
using Earshot.Cli.Tests.Rig;
using Earshot.Fleet;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Cli.Tests.Fleet;

/// <summary>The set-up of a fleet by the tool: the configuration that it prints runs a real server, the streams are created in it, and a collector fills them.</summary>
public sealed partial class FleetSetupTests : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [GeneratedRegex("user: (?<user>[a-z-]+), password: \"(?<password>[^\"]+)\"")]
    private static partial Regex User { get; }

    [Fact]
    public async Task Printed_configuration_runs_a_server_in_which_streams_are_created_once()
    {
        (NatsServerProcess server, Dictionary<string, string> passwords) = await StartAsync();
        string url = UrlOf(server, "setup", passwords);
        ToolRun created = await RunAsync(0, "fleet", "init", "--create", "--server", url);
        Assert.Equal(["EARSHOT_JOURNAL  created (1 replica)", "EARSHOT_SERVERS  created (1 replica)"], created.Lines);
        ToolRun again = await RunAsync(0, "fleet", "init", "--create", "--server", url, "--json");
        Assert.All(again.Lines, line => Assert.Contains("\"outcome\":\"Unchanged\",\"replicas\":1,\"differences\":[]", line, StringComparison.Ordinal));
        ToolRun other = await RunAsync(1, "fleet", "init", "--create", "--server", url, "--max-age", "48h", "--server-size", "0.5");
        Assert.Contains("EARSHOT_SERVERS  is there and differs; nothing was changed (1 replica)", other.Out, StringComparison.Ordinal);
        Assert.Contains("    max_age is 7.00:00:00, and should be 2.00:00:00", other.Out, StringComparison.Ordinal);
        Assert.Contains("    max_bytes is 1073741824, and should be 536870912", other.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_configuration_has_new_passwords_of_192_bits()
    {
        string[] passwords = [.. User.Matches((await RunAsync(0, "fleet", "init", "--service", "orders-api")).Out).Concat(User.Matches((await RunAsync(0, "fleet", "init", "--service", "orders-api")).Out)).Select(match => match.Groups["password"].Value)];
        Assert.Equal(10, passwords.Distinct().Count());
        Assert.All(passwords, password => Assert.Equal(32, password.Length));
    }

    [Fact]
    public async Task Passwords_may_be_variables_of_the_server()
    {
        string text = (await RunAsync(0, "fleet", "init", "--app", "APP", "--service", "orders-api", "--environment-passwords")).Out;
        Assert.Contains("user: orders-api, password: $EARSHOT_ORDERS_API_PASSWORD", text, StringComparison.Ordinal);
        string variables = string.Join('\n', new[] { "SYS", "SETUP", "COLLECTOR", "VIEWER", "ORDERS_API" }.Select(name => $"EARSHOT_{name}_PASSWORD: \"TEST-SECRET-{name}\""));
        NatsServerProcess server = await StartAsync($"{variables}\n{text}");
        await ConnectAsync($"nats://orders-api:TEST-SECRET-ORDERS_API@127.0.0.1:{server.Port}");
    }

    [Fact]
    public async Task Configuration_as_json_has_its_text_and_users()
    {
        using var answer = JsonDocument.Parse(Assert.Single((await RunAsync(0, "fleet", "init", "--app", "EU", "--app", "US", "--service", "EU:orders=orders.>,stock.*", "--json")).Lines));
        Assert.Equal("fleetConfiguration", answer.RootElement.GetProperty("type").GetString());
        Assert.Contains("publish: { allow: [\"orders.>\", \"stock.*\", \"earshot.v1.j.orders.*.*\"", answer.RootElement.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(["sys", "setup", "collector", "viewer", "orders"], answer.RootElement.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("name").GetString()!));
        Assert.Equal("Configuration", answer.RootElement.GetProperty("format").GetString());
    }

    [Fact]
    public async Task Commands_of_nsc_are_printed_for_the_same_accounts_and_users()
    {
        var configuration = new FleetConfiguration { Apps = [new FleetApp("EU") { Services = [new FleetService("orders") { Subjects = ["orders.>", "stock.*"] }] }, new FleetApp("US")] };
        string[] arguments = ["fleet", "init", "--app", "EU", "--app", "US", "--service", "EU:orders=orders.>,stock.*", "--format", "nsc"];
        string printed = (await RunAsync(0, arguments)).Out;
        Assert.Equal(configuration.ToNscCommands(), printed);
        Assert.Contains("nsc add user --account EU --name orders \\\n  --allow-pub 'orders.>'", printed, StringComparison.Ordinal);
        using var answer = JsonDocument.Parse(Assert.Single((await RunAsync(0, [.. arguments, "--json"])).Lines));
        Assert.Equal(("Nsc", printed), (answer.RootElement.GetProperty("format").GetString(), answer.RootElement.GetProperty("text").GetString()));
        Assert.Equal(["setup", "collector", "viewer", "orders"], answer.RootElement.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("name").GetString()!));
    }

    [Theory]
    [InlineData("there are several accounts", "--app", "EU", "--app", "US", "--service", "orders")]
    [InlineData("there is no account US", "--app", "EU", "--service", "US:orders")]
    [InlineData("'a b' is not valid", "--service", "a b")]
    [InlineData("is there twice", "--service", "viewer")]
    [InlineData("no passwords with --format nsc", "--format", "nsc", "--environment-passwords")]
    [InlineData("--replicas is 9", "--create", "--replicas", "9")]
    [InlineData("--max-age is '1s'", "--create", "--max-age", "1s")]
    [InlineData("--server-size is 0", "--create", "--server-size", "0")]
    public async Task Value_that_is_not_valid_is_an_error_of_the_command_line(string text, params string[] arguments)
    {
        ToolRun run = await RunAsync(2, ["fleet", "init", .. arguments]);
        Assert.Contains(text, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_without_permission_gets_the_code_of_permissions()
    {
        (NatsServerProcess server, Dictionary<string, string> passwords) = await StartAsync();
        ToolRun create = await RunAsync(20, "fleet", "init", "--create", "--timeout", "20", "--server", UrlOf(server, "viewer", passwords));
        Assert.Contains("Permissions Violation", create.Error, StringComparison.Ordinal);
        ToolRun serve = await RunAsync(20, "fleet", "serve", "--server", UrlOf(server, "viewer", passwords));
        Assert.Contains("earshot.sys.>", serve.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collector_shows_its_counters_and_ends_cleanly()
    {
        (NatsServerProcess server, Dictionary<string, string> passwords) = await StartAsync();
        await RunAsync(0, "fleet", "init", "--create", "--server", UrlOf(server, "setup", passwords));
        await using var session = ToolSession.Start("fleet", "serve", "--server", UrlOf(server, "collector", passwords), "--every", "100ms", "--json");
        await session.Out.WaitForAsync("\"type\":\"collector\"", Token);
        await ConnectAsync(UrlOf(server, "orders-api", passwords), closes: true);
        NatsConnection viewer = await ConnectAsync(UrlOf(server, "viewer", passwords));
        string? last = null;
        while (last is null || JsonDocument.Parse(last).RootElement.GetProperty("received").GetInt64() < 2)
        {
            int lines = session.Out.ToString().Split('\n').Length;
            last = (await session.Out.WaitForAsync("\n", Token, lines)).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        }

        await session.CancelAsync();
        Assert.Equal(130, await session.Code);
        JsonElement end = JsonDocument.Parse(session.Out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;
        Assert.Equal((0, 0), (end.GetProperty("held").GetInt32(), end.GetProperty("dropped").GetInt32()));
        long stored = (await viewer.CreateJetStreamContext().GetStreamAsync("EARSHOT_SERVERS", cancellationToken: Token)).Info.State.Messages;
        // A record whose acknowledgement the end cancelled is sent again and counts as a duplicate.
        Assert.InRange(stored, end.GetProperty("stored").GetInt64(), end.GetProperty("stored").GetInt64() + end.GetProperty("duplicates").GetInt64());
        Assert.DoesNotContain(passwords["collector"], session.Out.ToString() + session.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collector_says_why_it_cannot_store()
    {
        (NatsServerProcess server, Dictionary<string, string> passwords) = await StartAsync();
        await using var session = ToolSession.Start("fleet", "serve", "--server", UrlOf(server, "collector", passwords), "--every", "200ms");
        await session.Out.WaitForAsync("not stored:", Token);
        await session.CancelAsync();
        Assert.Equal(130, await session.Code);
        Assert.Contains("Ctrl+C ends", session.Error.ToString(), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _owned.Reverse();
        foreach (IAsyncDisposable owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }

    private async Task<(NatsServerProcess Server, Dictionary<string, string> Passwords)> StartAsync()
    {
        string text = (await RunAsync(0, "fleet", "init", "--service", "orders-api")).Out;
        return (await StartAsync(text), User.Matches(text).ToDictionary(match => match.Groups["user"].Value, match => match.Groups["password"].Value));
    }

    private async Task<NatsServerProcess> StartAsync(string config)
    {
        NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", JetStream = true, Config = config }, Token);
        _owned.Add(server);
        return server;
    }

    private async Task<NatsConnection> ConnectAsync(string url, bool closes = false)
    {
        var connection = new NatsConnection(new NatsOpts { Url = url, InboxPrefix = url.Contains("viewer", StringComparison.Ordinal) ? "_INBOX_VIEW" : "_INBOX" });
        _owned.Add(connection);
        await connection.ConnectAsync(Token);
        if (closes)
        {
            await connection.DisposeAsync();
        }

        return connection;
    }

    private static string UrlOf(NatsServerProcess server, string user, Dictionary<string, string> passwords) => $"nats://{user}:{passwords[user]}@127.0.0.1:{server.Port}";

    private static async Task<ToolRun> RunAsync(int code, params string[] arguments)
    {
        ToolRun run = await ToolRun.EndOfAsync(arguments);
        Assert.True(code == await run.Code, $"{await run.Code}: {run.Error}\n{run.Out}");
        return run;
    }
}
