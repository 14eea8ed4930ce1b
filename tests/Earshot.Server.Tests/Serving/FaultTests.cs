using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Serving;

public sealed class FaultTests
{
    [Fact]
    public async Task Dropped_client_reads_the_end()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        server.Clients.Single().Faults.Drop();

        Assert.Equal("", await client.UntilEndAsync());
        Assert.Null(client.Failure);
    }

    [Fact]
    public async Task Client_dropped_in_mid_frame_reads_half_a_message()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        await client.AskAsync("SUB foo 7\r\n");
        server.Faults.Drop(NatsTestServerDrop.MidFrame);

        Assert.Equal("MSG cut.in.mid.frame 7 1024\r\nThe rest of this mess", await client.UntilEndAsync());
    }

    [Fact]
    public async Task Reset_fails_the_read_in_memory_and_on_a_socket()
    {
        await using NatsTestServer server = await TestServer.ListenAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        using Socket socket = await DialAsync(server);
        await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
        server.Faults.Drop(NatsTestServerDrop.Reset);

        await client.UntilEndAsync();
        Assert.NotNull(client.Failure);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(async () => await socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    [Fact]
    public async Task Frozen_server_answers_after_the_thaw()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        server.Faults.Freeze();
        await client.SendAsync("PING\r\n");
        Assert.True(client.HasNothing());
        server.Faults.Thaw();

        Assert.Equal("PONG\r\n", await client.UntilAsync("PONG\r\n"));
    }

    [Fact]
    public async Task Half_open_connection_loses_what_is_sent()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        MemoryClient other = await MemoryClient.ConnectAsync(server);
        server.Clients[0].Faults.HalfOpen();
        await client.SendAsync("SUB foo 1\r\n");
        await other.AskAsync("PUB foo 1\r\nx\r\n");
        server.Clients[0].Faults.SendError("lost");
        server.Clients[0].Faults.Drop();

        Assert.Equal("", await client.UntilEndAsync());
        Assert.Empty(server.ClosedClients.SelectMany(closed => closed.Subscriptions));
    }

    [Fact]
    public async Task Delayed_client_receives_later()
    {
        await using NatsTestServer server = await TestServer.StartAsync(clock: TimeProvider.System);
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        server.Clients.Single().Faults.Delay(TimeSpan.FromMilliseconds(50));
        long start = TimeProvider.System.GetTimestamp();
        await client.SendAsync("PING\r\n");
        string received = await client.UntilAsync("PONG\r\n");

        Assert.Equal("PONG\r\n", received.Replace("PING\r\n", "", StringComparison.Ordinal)); // the server's own PING comes after two seconds
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(45), "the answer was not delayed");
    }

    [Fact]
    public async Task Corrupted_bytes_are_turned_around()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        server.Clients.Single().Faults.Corrupt(2);
        await client.SendAsync("PING\r\n");

        Assert.Equal("\u00af\u00b0NG\r\n", await client.UntilAsync("\r\n"));
    }

    [Theory]
    [InlineData("expire", "-ERR 'User Authentication Expired'\r\n")]
    [InlineData("revoke", "-ERR 'User Authentication Revoked'\r\n")]
    [InlineData("error", "-ERR 'Whatever'\r\n")]
    [InlineData("evict", "")]
    public async Task Disconnected_client_receives_the_reason_unless_it_is_slow(string verb, string received)
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        NatsTestServerClientFaults faults = server.Clients.Single().Faults;
        Action act = verb switch
        {
            "expire" => faults.ExpireCredentials,
            "revoke" => faults.RevokeCredentials,
            "error" => () => faults.SendError("Whatever", close: true),
            _ => faults.Evict,
        };
        act();

        Assert.Equal(received, await client.UntilEndAsync());
        Assert.Null(client.Failure);
    }

    [Fact]
    public async Task Revoked_permission_ends_subscriptions_with_their_sid()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        await client.AskAsync("SUB foo 1\r\nSUB foo q 2\r\nSUB bar 3\r\n");
        server.Faults.RevokePermission("foo");
        string received = await client.AskAsync("PUB foo 0\r\n\r\n");

        Assert.Contains("-ERR 'Permissions Violation for Subscription to \"foo\" (sid \"1\")'\r\n", received, StringComparison.Ordinal);
        Assert.Contains("-ERR 'Permissions Violation for Subscription to \"foo\" using queue \"q\" (sid \"2\")'\r\n", received, StringComparison.Ordinal);
        Assert.Contains("-ERR 'Permissions Violation for Publish to \"foo\"'\r\n", received, StringComparison.Ordinal);
        Assert.Equal(["bar"], server.Clients.Single().Subscriptions);
    }

    [Fact]
    public async Task Shrunken_payload_limit_is_enforced_without_notice()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        server.Faults.ShrinkMaxPayload(10);
        Assert.Equal("", await client.AskAsync("PUB foo 10\r\n0123456789\r\n"));
        await client.SendAsync("PUB foo 11\r\n");

        Assert.Equal("-ERR 'Maximum Payload Violation'\r\n", await client.UntilEndAsync());
    }

    [Fact]
    public async Task Advertised_urls_reach_connected_clients()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        server.Faults.Advertise("10.0.0.1:4222", "other:4222");

        Assert.Contains("\"connect_urls\":[\"10.0.0.1:4222\",\"other:4222\"]} \r\n", await client.UntilAsync(" \r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lame_duck_announces_waits_and_closes()
    {
        var clock = new FakeTimeProvider();
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { TimeProvider = clock, PingInterval = TimeSpan.FromHours(1) });
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        Task leaving = server.Faults.EnterLameDuckModeAsync();
        Assert.Contains("\"ldm\":true} \r\n", await client.UntilAsync(" \r\n"), StringComparison.Ordinal);
        Assert.Equal("", await client.AskAsync(""));
        await Assert.ThrowsAsync<IOException>(async () => await server.ConnectInMemoryAsync(TestContext.Current.CancellationToken));
        Assert.False(leaving.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("PING\r\n", await client.UntilEndAsync());
        await leaving.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Restarted_server_keeps_its_port_and_loses_subscriptions()
    {
        await using NatsTestServer server = await TestServer.ListenAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        await client.AskAsync("SUB foo 1\r\n");
        (int port, string? id) = (server.Port, server.Id);
        await server.Faults.RestartAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", await client.UntilEndAsync());
        Assert.Equal(port, server.Port);
        Assert.NotEqual(id, server.Id);
        using Socket socket = await DialAsync(server);
        Assert.NotEqual(0, await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken));
        Assert.Equal(0, server.State.AccountOf("$G").Subscriptions.Count);
    }

    [Fact]
    public async Task Refused_connections_are_counted()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        server.Faults.RefuseConnections(2);
        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<IOException>(async () => await server.ConnectInMemoryAsync(TestContext.Current.CancellationToken));
        }

        await MemoryClient.ConnectAsync(server);
    }

    [Fact]
    public async Task Lame_duck_serves_its_clients_on_sockets_until_it_closes_them()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using NatsTestServer server = await TestServer.ListenAsync(new NatsTestServerOptions { TimeProvider = new FakeTimeProvider() });
        using Socket socket = await DialAsync(server);
        var received = new System.Text.StringBuilder();
        byte[] buffer = new byte[64 * 1024];
        Assert.True(await socket.ReceiveAsync(buffer, token) > 0); // INFO: the server has this client, not only its backlog
        Task leaving = server.Faults.EnterLameDuckModeAsync();
        await AwaitRefusalAsync(server.Port);
        string payload = new string('x', 300_000);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"CONNECT {{\"verbose\":false}}\r\nSUB a 1\r\nPUB a {payload.Length}\r\n{payload}\r\nPING\r\n"), token);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!received.ToString().Contains("PONG\r\n", StringComparison.Ordinal))
        {
            int count = await socket.ReceiveAsync(buffer, limit.Token);
            Assert.True(count > 0, received.ToString());
            received.Append(System.Text.Encoding.ASCII.GetString(buffer, 0, count));
        }

        Assert.Contains($"MSG a 1 {payload.Length}\r\n{payload}\r\n", received.ToString(), StringComparison.Ordinal);
        Assert.False(leaving.IsCompleted);
    }

    private static async Task AwaitRefusalAsync(int port)
    {
        while (true)
        {
            using var late = new TcpClient();
            try
            {
                await late.ConnectAsync(System.Net.IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private static async Task<Socket> DialAsync(NatsTestServer server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", server.Port, TestContext.Current.CancellationToken);
        return socket;
    }
}
