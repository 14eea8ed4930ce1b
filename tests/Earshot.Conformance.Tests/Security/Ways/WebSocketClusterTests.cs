using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Ways;

public sealed class WebSocketClusterTests
{
    [Fact]
    public async Task Other_servers_are_learnt_by_their_WebSocket_addresses_and_reached_by_them()
    {
        using ReservedPort first = ReservedPort.Take(), second = ReservedPort.Take();
        int[] ports = [first.Number, second.Number];
        await using NatsCluster cluster = await NatsCluster.StartAsync(
            2,
            number => new NatsServerSetup { Config = string.Create(CultureInfo.InvariantCulture, $"websocket {{ host: \"127.0.0.1\", port: {ports[number - 1]}, no_tls: true }}\n") },
            Connections.Cancelled);
        await using var connection = new NatsConnection(new NatsOpts { Url = $"ws://127.0.0.1:{ports[0]}" });
        Task<NatsReconnectedEvent> reconnected = connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Connections.Cancelled);
        Task<NatsDiscoveredServersEvent> discovered = connection.Events.WhenAsync<NatsDiscoveredServersEvent>(cancellationToken: Connections.Cancelled);
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.Equal([new Uri($"ws://127.0.0.1:{ports[1]}")], (await discovered.WaitAsync(Connections.Limit, Connections.Cancelled)).Added);

        await cluster.Nodes[0].KillAsync(Connections.Cancelled);
        NatsReconnectedEvent moved = await reconnected.WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.Equal(new Uri($"ws://127.0.0.1:{ports[1]}"), moved.Server.Url);
        await Connections.EchoAsync(connection);
    }

    [Fact]
    public async Task A_message_may_be_cut_into_frames_at_every_place()
    {
        byte[] message = Encoding.ASCII.GetBytes("HMSG cut 1 18 23\r\nNATS/1.0\r\nA: b\r\n\r\nhello\r\n");
        await using var server = new ScriptedListener(async socket =>
        {
            WebSocket raw = await socket.UpgradeAsync();
            await socket.SendAsync(ScriptedSocket.Info(1));
            await socket.ServeAsync(untilPong: true);
            await socket.ServeAsync(untilPong: true); // the subscription is in front of the second one
            for (int cut = 0; cut <= message.Length; cut++)
            {
                await raw.SendAsync(message.AsMemory(0, cut), WebSocketMessageType.Binary, cut % 2 == 0, default);
                await raw.SendAsync(message.AsMemory(cut), WebSocketMessageType.Binary, true, default);
            }

            await socket.ServeAsync();
        });
        await using var connection = new NatsConnection(new NatsOpts { Url = $"ws://127.0.0.1:{server.Port}" });
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        await using INatsSub<string> sub = await connection.SubscribeCoreAsync<string>("cut", cancellationToken: Connections.Cancelled);
        await connection.PingAsync(Connections.Cancelled);
        foreach (NatsMsg<string> received in await sub.NextAsync(message.Length + 1))
        {
            Assert.Equal(("hello", "b"), (received.Data, received.Headers!["A"].ToString()));
        }
    }

    [Fact]
    public async Task Text_frames_end_the_session_with_that_reason()
    {
        await using var server = new ScriptedListener(async socket =>
        {
            WebSocket raw = await socket.UpgradeAsync();
            await raw.SendAsync(Encoding.ASCII.GetBytes(ScriptedSocket.Info(1)), WebSocketMessageType.Text, true, default);
            await socket.ReadToEndAsync();
        });
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = $"ws://127.0.0.1:{server.Port}" });
        Assert.Contains("text frame", refused.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_close_frame_on_a_live_session_is_the_reason_of_its_end()
    {
        var isOpen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedListener(async socket =>
        {
            WebSocket raw = await socket.UpgradeAsync();
            await socket.SendAsync(ScriptedSocket.Info(1));
            await socket.ServeAsync(untilPong: true);
            await isOpen.Task.WaitAsync(Connections.Limit);
            await raw.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "Server Shutdown", default);
            await socket.ReadToEndAsync();
        });
        await using var connection = new NatsConnection(new NatsOpts { Url = $"ws://127.0.0.1:{server.Port}", MaxReconnectRetry = 0 });
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        isOpen.SetResult();
        NatsClosedEvent closed = await connection.Closed.WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.Contains("1001 Server Shutdown", closed.Exception!.Message, StringComparison.Ordinal);
    }
}
