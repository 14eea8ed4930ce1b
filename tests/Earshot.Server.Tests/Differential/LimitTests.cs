using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Server.Tests.Differential;

/// <summary>A client that exceeds a limit is closed for the same reason and with the same text as on a real server.</summary>
public sealed class LimitTests
{
    private const string Connect = "CONNECT {\"verbose\":false,\"pedantic\":false,\"user\":\"a\",\"pass\":\"a\"}\r\n";

    // Larger than what the system takes for one connection whose client does not read.
    private const int Flood = 64 * 1024 * 1024;

    private static readonly Dictionary<string, (string Config, NatsTestServerOptions Options)> s_settings = new()
    {
        ["none"] = ("", new()),
        ["connections"] = ("max_connections: 1", new() { MaxConnections = 1 }),
        ["control line"] = ("max_control_line: 512", new() { MaxControlLine = 512 }),
        ["payload"] = ("max_payload: 100", new() { MaxPayload = 100 }),
        ["account connections"] = (
            "authorization { timeout: 60 }\naccounts { A { users: [ { user: a, password: a } ], limits { max_connections: 1 } } }",
            new()
            {
                AuthorizationTimeout = TimeSpan.FromMinutes(1),
                Users = [new NatsTestServerUser("a", "a") { Account = "A" }],
                Accounts = [new NatsTestServerAccount("A") { MaxConnections = 1 }],
            }),
        ["authentication"] = (
            "authorization { timeout: 0.2, user: a, password: a }",
            new() { AuthorizationTimeout = TimeSpan.FromSeconds(0.2), Users = [new NatsTestServerUser("a", "a")] }),
        ["slow authentication"] = (
            "authorization { timeout: 60, user: a, password: a }",
            new() { AuthorizationTimeout = TimeSpan.FromMinutes(1), Users = [new NatsTestServerUser("a", "a")] }),
        ["pings"] = ("ping_interval: \"100ms\"\nping_max: 1", new() { PingInterval = TimeSpan.FromMilliseconds(100), MaxPingsOut = 1 }),
        ["pending"] = ("max_payload: 65536\nmax_pending: 131072", new() { MaxPayload = 65536, MaxPending = 131072 }),
        ["write deadline"] = (
            "max_pending: 268435456\nwrite_deadline: \"200ms\"", new() { MaxPending = 268435456, WriteDeadline = TimeSpan.FromMilliseconds(200) }),
    };

    [Theory]
    [InlineData("connections", true, Connect, "Maximum Connections Exceeded")]
    [InlineData("control line", false, Connect + "SUB {600} 1\r\n", "Maximum Control Line Exceeded")]
    [InlineData("payload", false, Connect + "PUB a 101\r\n", "Maximum Message Payload Exceeded")]
    [InlineData("account connections", true, Connect, "Maximum Account Connections Exceeded")]
    [InlineData("authentication", false, "", "Authentication Timeout")]
    [InlineData("slow authentication", false, "PING\r\n", "Authentication Failure")]
    [InlineData("pings", false, Connect, "Stale Connection")]
    [InlineData("none", false, "NONSENSE\r\n", "Protocol Violation")]
    [InlineData("none", false, "-ERR 'no'\r\n", "Parse Error")]
    [InlineData("none", false, "CONNECT {\"protocol\":9}\r\n", "Bad Client Protocol Version")]
    [InlineData("none", false, "CONNECT {\"no_responders\":true}\r\n", "No Responders Requires Headers")]
    public async Task What_goes_over_a_limit_is_closed_for_the_same_reason(string setting, bool afterAnother, string text, string reason)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text.Replace("{600}", new string('x', 600), StringComparison.Ordinal));
        ((string Reason, int Slow, int Stale) real, (string Reason, int Slow, int Stale) ours) = await OnBothAsync(setting, async (port, monitoring, limit) =>
        {
            using Socket? first = afterAnother ? await ConnectAsync(port, Connect + "PING\r\n", limit) : null;
            using Socket second = await ConnectAsync(port, null, limit);
            await second.SendAsync(bytes, limit);
            await ReadToEndAsync(second, limit);
            await ClosedAsync(monitoring, limit);
        });

        Assert.Equal((reason, 0, reason == "Stale Connection" ? 1 : 0), real);
        Assert.Equal(real, ours);
    }

    [Theory]
    [InlineData("pending", "Slow Consumer (Pending Bytes)")]
    [InlineData("write deadline", "Slow Consumer (Write Deadline)")]
    public async Task Slow_consumer_is_evicted_for_the_same_reason(string setting, string reason)
    {
        ((string Reason, int Slow, int Stale) real, (string Reason, int Slow, int Stale) ours) = await OnBothAsync(setting, async (port, monitoring, limit) =>
        {
            using Socket slow = await ConnectAsync(port, Connect + "SUB flood 1\r\nPING\r\n", limit);
            using Socket publisher = await ConnectAsync(port, Connect + "PING\r\n", limit);
            byte[] message = [.. "PUB flood 65536\r\n"u8, .. new byte[65536], .. "\r\n"u8];
            for (int sent = 0; sent < Flood; sent += message.Length)
            {
                await publisher.SendAsync(message, limit);
            }

            await publisher.SendAsync("PING\r\n"u8.ToArray(), limit);
            await ReadUntilPongAsync(publisher, limit);

            // It reads nothing until it is out: that is what makes it slow.
            await ClosedAsync(monitoring, limit);
        });

        Assert.Equal((reason, 1, 0), real);
        Assert.Equal(real, ours);
    }

    [Fact]
    public async Task Options_that_no_server_could_keep_are_refused_at_the_start()
    {
        await AssertRefusedAsync(new() { MaxPayload = 0 }, "MaxPayload must be greater than zero");
        await AssertRefusedAsync(new() { MaxSubscriptions = -1 }, "MaxSubscriptions must not be negative");
        await AssertRefusedAsync(new() { Accounts = [new("A") { MaxConnections = -1 }] }, "MaxConnections of account A must not be negative");
        await AssertRefusedAsync(new() { NoAuthUser = "anonymous" }, "there is no such user");
        await AssertRefusedAsync(new() { Users = [new("a", "$2a$11$ooooooooooooooooooooooooooooooooooooooooooooooooooooo")] }, "password of user 'a' is a bcrypt hash");
        await AssertRefusedAsync(new() { Token = "$2b$11$ooooooooooooooooooooooooooooooooooooooooooooooooooooo" }, "token is a bcrypt hash");

        static async Task AssertRefusedAsync(NatsTestServerOptions options, string message)
        {
            ArgumentException refusal = await Assert.ThrowsAnyAsync<ArgumentException>(() => NatsTestServer.StartAsync(options, TestContext.Current.CancellationToken));
            Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        }
    }

    // Of each server: why the one closed connection was closed, and how many slow consumers and stale connections there were.
    private static async Task<((string Reason, int Slow, int Stale) Real, (string Reason, int Slow, int Stale) Ours)> OnBothAsync(
        string setting, Func<int, Uri, CancellationToken, Task> talk)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        (string? config, NatsTestServerOptions? options) = s_settings[setting];
        await using NatsServerProcess real = await NatsServerProcess.StartAsync(new NatsServerSetup { Config = config }, limit.Token);
        await using NatsTestServer ours = await NatsTestServer.StartAsync(options with { MonitoringPort = 0 }, limit.Token);
        return (await OutcomeAsync(real.Port, real.MonitoringUrl), await OutcomeAsync(ours.Port, ours.MonitoringUrl!));

        async Task<(string Reason, int Slow, int Stale)> OutcomeAsync(int port, Uri monitoring)
        {
            await talk(port, monitoring, limit.Token);
            string reason = (string)(await ClosedAsync(monitoring, limit.Token))["reason"]!;
            JsonNode counts = await GetAsync(monitoring, "varz", limit.Token);
            return (reason, (int)counts["slow_consumers"]!, (int)counts["stale_connections"]!);
        }
    }

    // The first that was closed. Only the monitoring page shows that a server has detected the end of a connection.
    private static async Task<JsonNode> ClosedAsync(Uri monitoring, CancellationToken limit)
    {
        while (true)
        {
            if ((await GetAsync(monitoring, "connz?state=closed&sort=stop", limit))["connections"]!.AsArray() is [.., { } closed])
            {
                return closed;
            }
        }
    }

    private static async Task<JsonNode> GetAsync(Uri monitoring, string page, CancellationToken limit)
    {
        using var http = new HttpClient { BaseAddress = monitoring };
        return JsonNode.Parse(await http.GetStringAsync(page, limit))!;
    }

    private static async Task<Socket> ConnectAsync(int port, string? text, CancellationToken limit)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit);
        if (text is not null)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(text), limit);
            await ReadUntilPongAsync(socket, limit);
        }

        return socket;
    }

    private static async Task ReadUntilPongAsync(Socket socket, CancellationToken limit)
    {
        string received = "";
        byte[] buffer = new byte[4096];
        while (!received.Contains("PONG", StringComparison.Ordinal))
        {
            int count = await socket.ReceiveAsync(buffer, limit);
            Assert.True(count > 0, $"The server ended the connection after: {received}");
            received += Encoding.Latin1.GetString(buffer, 0, count);
        }
    }

    private static async Task ReadToEndAsync(Socket socket, CancellationToken limit)
    {
        byte[] buffer = new byte[1024 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, limit) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is an end as well.
        }
    }
}
