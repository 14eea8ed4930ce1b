using System.Net.WebSockets;
using System.Text;
using Xunit;

namespace Earshot.Server.Tests.Serving;

public sealed class WebSocketTests
{
    [Theory]
    [InlineData("FOO\r\n", 1002, "Protocol Violation", "-ERR 'Unknown Protocol Operation'\r\n")]
    [InlineData("PUB foo 1048577\r\n", 1009, "Maximum Message Payload Exceeded", "-ERR 'Maximum Payload Violation'\r\n")]
    public async Task Close_frame_names_the_reason(string said, int status, string reason, string received)
    {
        await using NatsTestServer server = await StartAsync();
        using ClientWebSocket socket = await DialAsync(server);
        await SendAsync(socket, "CONNECT {\"verbose\":false}\r\nSUB foo 1\r\nPUB f");
        await SendAsync(socket, "oo 2\r\nhi\r\n" + said);

        Assert.Equal("MSG foo 1 2\r\nhi\r\n" + received, await ReadToCloseAsync(socket));
        Assert.Equal((status, reason), ((int)socket.CloseStatus!, socket.CloseStatusDescription));
    }

    [Theory]
    [InlineData("expire", 1008, "Authentication Expired", "-ERR 'User Authentication Expired'\r\n")]
    [InlineData("revoke", 1008, "Credentials Revoked", "-ERR 'User Authentication Revoked'\r\n")]
    [InlineData("drop", 1011, "Kicked", "")]
    public async Task Close_frame_of_a_fault_names_the_reason(string verb, int status, string reason, string received)
    {
        await using NatsTestServer server = await StartAsync();
        using ClientWebSocket socket = await DialAsync(server);
        NatsTestServerClientFaults faults = server.Clients.Single().Faults;
        Action act = verb switch { "expire" => faults.ExpireCredentials, "revoke" => faults.RevokeCredentials, _ => () => faults.Drop() };
        act();

        Assert.Equal(received, await ReadToCloseAsync(socket));
        Assert.Equal((status, reason), ((int)socket.CloseStatus!, socket.CloseStatusDescription));
    }

    [Fact]
    public async Task Client_that_closes_is_removed()
    {
        await using NatsTestServer server = await StartAsync();
        using ClientWebSocket socket = await DialAsync(server);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await MemoryClient.WaitForOpenAsync(server, 0);

        Assert.Equal("Client Closed", server.ClosedClients.Single().ClosedReason);
    }

    [Fact]
    public async Task Stopped_server_sends_a_close_frame()
    {
        await using NatsTestServer server = await StartAsync();
        using ClientWebSocket socket = await DialAsync(server);
        await server.Faults.StopAsync();

        Assert.Equal("", await ReadToCloseAsync(socket));
        Assert.Equal((1001, "Server Shutdown"), ((int)socket.CloseStatus!, socket.CloseStatusDescription));
    }

    private static Task<NatsTestServer> StartAsync() =>
        TestServer.ListenAsync(new NatsTestServerOptions { WebSocketPort = 0 });

    private static async Task<ClientWebSocket> DialAsync(NatsTestServer server)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(server.WebSocketUrl!, TestContext.Current.CancellationToken);
        byte[] buffer = new byte[4096];
        ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
        Assert.StartsWith("INFO {", Encoding.UTF8.GetString(buffer, 0, result.Count), StringComparison.Ordinal);
        return socket;
    }

    private static ValueTask SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);

    private static async Task<string> ReadToCloseAsync(ClientWebSocket socket)
    {
        var received = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (true)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return received.ToString();
            }

            received.Append(Encoding.UTF8.GetString(buffer, 0, result.Count));
        }
    }
}
