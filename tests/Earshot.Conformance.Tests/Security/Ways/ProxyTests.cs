using System.Net.Sockets;
using System.Text;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Ways;

[OnlyReal(Because.ItNeedsAServerProcess)]
public sealed class ProxyTests
{
    [Fact]
    public async Task Http_proxies_receive_the_name_for_a_tunnel()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("");
        string asked = "";
        await using var proxy = new ScriptedListener(async socket =>
        {
            asked = await socket.ReadHeadAsync();
            await socket.SendAsync("HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n");
            await TunnelAsync(socket, server.Port);
        });
        await Connections.GetsInAsync(new NatsOpts { Url = "nats://far.earshot.test:7", ProxyUrl = new Uri($"http://ann:c4n4ry%40x@127.0.0.1:{proxy.Port}") });
        Assert.StartsWith("CONNECT far.earshot.test:7 HTTP/1.1\r\n", asked, StringComparison.Ordinal);
        Assert.Contains($"Basic {Convert.ToBase64String("ann:c4n4ry@x"u8)}\r\n", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Socks_proxies_receive_the_name_for_a_connection()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("");
        string asked = "";
        await using var proxy = new ScriptedListener(async socket =>
        {
            await socket.ReadAsync(3);
            await socket.SendRawAsync([5, 2]);
            await socket.ReadAsync(1 + 1 + 3 + 1 + 6);
            await socket.SendRawAsync([1, 0]);
            byte[] head = await socket.ReadAsync(5);
            asked = Encoding.ASCII.GetString(await socket.ReadAsync(head[4]));
            await socket.ReadAsync(2);
            await socket.SendRawAsync([5, 0, 0, 1, 127, 0, 0, 1, 0, 7]);
            await TunnelAsync(socket, server.Port);
        });
        await Connections.GetsInAsync(new NatsOpts { Url = "nats://far.earshot.test:7", ProxyUrl = new Uri($"socks5://ann:c4n4ry@127.0.0.1:{proxy.Port}") });
        Assert.Equal("far.earshot.test", asked);
    }

    [Fact]
    public async Task Proxies_that_refuse_fail_the_attempt_with_their_reason()
    {
        await using var http = new ScriptedListener(async socket =>
        {
            await socket.ReadHeadAsync();
            await socket.SendAsync("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
            await socket.ReadToEndAsync();
        });
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = "nats://far.earshot.test:7", ProxyUrl = new Uri($"http://u:c4n4ry@127.0.0.1:{http.Port}") });
        Assert.Equal(NatsConnectPhase.Tcp, refused.Phase);
        Assert.Contains("407", refused.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c4n4ry", refused.Exception.ToString(), StringComparison.Ordinal);

        await using var socks = new ScriptedListener(async socket =>
        {
            await socket.ReadAsync(3);
            await socket.SendRawAsync([5, 0]);
            byte[] head = await socket.ReadAsync(5);
            await socket.ReadAsync(head[4] + 2);
            await socket.SendRawAsync([5, 4, 0, 1]);
            await socket.ReadToEndAsync();
        });
        refused = await Connections.IsRefusedAsync(new NatsOpts { Url = "nats://far.earshot.test:7", ProxyUrl = new Uri($"socks5://127.0.0.1:{socks.Port}") });
        Assert.Contains("code 4", refused.Exception.Message, StringComparison.Ordinal);
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => new NatsConnection(new NatsOpts { ProxyUrl = new Uri("ftp://u:c4n4ry@h") }));
        Assert.DoesNotContain("c4n4ry", wrong.Message, StringComparison.Ordinal);
    }

    private static async Task TunnelAsync(ScriptedSocket socket, int port)
    {
        using var server = new TcpClient();
        await server.ConnectAsync("127.0.0.1", port);
        Task back = server.GetStream().CopyToAsync(socket.Stream);
        Task there = socket.Stream.CopyToAsync(server.GetStream());
        await Task.WhenAny(there, back);

        // The first end ends both, and the other one's failure is of no interest.
        server.Dispose();
        await socket.Stream.DisposeAsync();
        await Task.WhenAll(there, back).ContinueWith(static both => both.Exception, TaskScheduler.Default);
    }
}
