using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>One conversation per operation, in bytes as nats-server 2.15.1 answers them.</summary>
public sealed class OperationTests
{
    [Fact]
    public async Task Info_ends_with_a_space_and_names_the_client()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        IDuplexPipe pipe = await server.ConnectInMemoryAsync(TestContext.Current.CancellationToken);
        ReadResult result = await pipe.Input.ReadAsync(TestContext.Current.CancellationToken);
        string info = System.Text.Encoding.UTF8.GetString(result.Buffer.FirstSpan);

        Assert.StartsWith($"INFO {{\"server_id\":\"{server.Id}\",\"server_name\":\"{server.Name}\",\"version\":\"2.15.1\",\"proto\":1,", info, StringComparison.Ordinal);
        Assert.EndsWith("\"headers\":true,\"max_payload\":1048576,\"client_id\":5,\"client_ip\":\"127.0.0.1\"} \r\n", info, StringComparison.Ordinal);
        Assert.Matches("^N[A-Z2-7]{55}$", server.Id);
        await pipe.Output.CompleteAsync();
    }

    [Fact]
    public async Task First_ping_is_answered_by_pong_and_then_info()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.OpenAsync(server);
        await client.SendAsync(MemoryClient.Connect + "PING\r\nPING\r\n");

        Assert.Equal("PONG\r\n", await client.UntilAsync("\r\n"));
        Assert.EndsWith(",\"connect_info\":true,\"remote_account\":\"$G\"} \r\n", await client.UntilAsync("\r\n"), StringComparison.Ordinal);
        Assert.Equal("PONG\r\n", await client.UntilAsync("\r\n"));
    }

    [Theory]
    [InlineData("SUB foo 1\r\nPUB foo 5\r\nhello\r\n", "MSG foo 1 5\r\nhello\r\n")]
    [InlineData("SUB foo 1\r\nPUB foo re 0\r\n\r\n", "MSG foo 1 re 0\r\n\r\n")]
    [InlineData("SUB foo 1\r\nHPUB foo re 12 14\r\nNATS/1.0\r\n\r\nhi\r\n", "HMSG foo 1 re 12 14\r\nNATS/1.0\r\n\r\nhi\r\n")]
    [InlineData("SUB foo 1\r\nUNSUB 1 1\r\nPUB foo 1\r\na\r\nPUB foo 1\r\nb\r\n", "MSG foo 1 1\r\na\r\n")]
    [InlineData("SUB foo 1\r\nUNSUB 1\r\nPUB foo 1\r\na\r\n", "")]
    [InlineData("SUB in.* 9\r\nPUB svc in.1 2\r\nhi\r\n", "HMSG in.1 9 35 35\r\nNATS/1.0 503\r\nNats-Subject: svc\r\n\r\n\r\n")]
    [InlineData("SUB a..b 1\r\n", "-ERR 'Invalid Subject'\r\n")]
    [InlineData("SUB foo _sys_ 1\r\n", "-ERR 'Permissions Violation for Subscription to \"foo\" using queue \"_sys_\"'\r\n")]
    [InlineData("PUB foo _R_.x 0\r\n\r\n", "-ERR 'Permissions Violation for Publish with Reply of \"_R_.x\"'\r\n")]
    public async Task Operation_is_answered_byte_for_byte(string said, string received)
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);

        Assert.Equal(received, await client.AskAsync(said));
    }

    [Theory]
    [InlineData("FOO\r\n", "-ERR 'Unknown Protocol Operation'\r\n", "Protocol Violation")]
    [InlineData("PUB foo\r\n", "", "Protocol Violation")]
    [InlineData("PUB foo 1048577\r\n", "-ERR 'Maximum Payload Violation'\r\n", "Maximum Message Payload Exceeded")]
    [InlineData("CONNECT {\"account\":\"x\"}\r\n", "-ERR 'Authorization Violation'\r\n", "Authentication Failure")]
    [InlineData("CONNECT {\"protocol\":9}\r\n", "-ERR 'invalid client protocol'\r\n", "Bad Client Protocol Version")]
    [InlineData("-ERR 'x'\r\n", "", "Parse Error")]
    public async Task Terminal_mistake_is_answered_and_remembered(string said, string received, string reason)
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.OpenAsync(server);
        await client.SendAsync(said);

        Assert.Equal(received, await client.UntilEndAsync());
        await MemoryClient.WaitForOpenAsync(server, 0);
        Assert.Equal(reason, server.ClosedClients.Single().ClosedReason);
    }

    [Fact]
    public async Task Message_in_single_bytes_is_understood()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        foreach (char character in "SUB foo 1\r\nPUB foo 3\r\nabc\r\n")
        {
            await client.SendAsync(character.ToString());
        }

        Assert.Equal("MSG foo 1 3\r\nabc\r\n", await client.AskAsync(""));
    }

    [Fact]
    public async Task Queue_group_gets_each_message_once()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        await client.AskAsync("SUB foo q 1\r\nSUB foo q 2\r\nSUB f* q 3\r\n");
        string received = await client.AskAsync(string.Concat(Enumerable.Repeat("PUB foo 0\r\n\r\n", 300)));

        Assert.Equal(300, received.Split("MSG foo ").Length - 1);
        Assert.Contains("MSG foo 1 0", received, StringComparison.Ordinal);
        Assert.Contains("MSG foo 2 0", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silent_client_is_pinged_and_then_called_stale()
    {
        var clock = new FakeTimeProvider();
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { TimeProvider = clock, PingInterval = TimeSpan.FromMinutes(2) });
        MemoryClient client = await MemoryClient.ConnectAsync(server);

        clock.Advance(TimeSpan.FromSeconds(2.4));
        Assert.Equal("PING\r\n", await client.UntilAsync("PING\r\n"));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("PING\r\n", await client.UntilAsync("PING\r\n"));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("-ERR 'Stale Connection'\r\n", await client.UntilEndAsync());
    }

    [Fact]
    public async Task Active_client_is_not_pinged_once_it_has_answered()
    {
        var clock = new FakeTimeProvider();
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { TimeProvider = clock });
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        clock.Advance(TimeSpan.FromSeconds(2.4));
        await client.UntilAsync("PING\r\n");
        await client.AskAsync("PONG\r\n");
        clock.Advance(TimeSpan.FromSeconds(119));
        await client.AskAsync("");
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("", await client.AskAsync(""));
    }

    [Fact]
    public async Task Client_without_CONNECT_gets_an_authentication_timeout_error()
    {
        var clock = new FakeTimeProvider();
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { TimeProvider = clock, Token = "t" });
        MemoryClient client = await MemoryClient.OpenAsync(server);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("-ERR 'Authentication Timeout'\r\n", await client.UntilEndAsync());
    }

    [Fact]
    public async Task Client_that_does_not_read_is_closed_without_an_error()
    {
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { MaxPending = 100_000, PublishedCapacity = 0 });
        MemoryClient slow = await MemoryClient.ConnectAsync(server);
        await slow.AskAsync("SUB foo 1\r\n");
        MemoryClient fast = await MemoryClient.ConnectAsync(server);
        string message = $"PUB foo 20000\r\n{new string('x', 20000)}\r\n";
        for (int i = 0; i < 20; i++)
        {
            await fast.AskAsync(message);
        }

        Assert.DoesNotContain("-ERR", await slow.UntilEndAsync(), StringComparison.Ordinal);
        await MemoryClient.WaitForOpenAsync(server, 1);
        Assert.Equal("Slow Consumer (Pending Bytes)", server.ClosedClients.Single().ClosedReason);
    }

    [Theory]
    [InlineData("PING\r\n")]
    [InlineData("UNSUB 99\r\n")]
    [InlineData("PUB a. 0\r\n\r\n")]
    public async Task Client_that_does_not_read_its_answers_is_closed_without_an_error(string operation)
    {
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { MaxPending = 2000 });
        MemoryClient client = await MemoryClient.ConnectAsync(server, "CONNECT {\"verbose\":true,\"pedantic\":true}\r\n");
        server.Faults.Freeze(NatsTestServerFreeze.Writing);
        await client.SendAsync(string.Concat(Enumerable.Repeat(operation, 1000)));

        Assert.Equal("", await client.UntilEndAsync());
        await MemoryClient.WaitForOpenAsync(server, 0);
        Assert.Equal("Slow Consumer (Pending Bytes)", server.ClosedClients.Single().ClosedReason);
    }
}
