using System.Text;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>Rows of P74 to P87 where time passes, the peer ends the connection, or the handshake succeeds.</summary>
internal static class HandshakeScenarios
{
    private const string BothServers = "nats://10.0.0.1:4222,nats://10.0.0.2:4222";

    public static async Task SilentServerIsReplacedAfterTheHedgeDelayAsync()
    {
        await using var rig = new ConnectionRig(url: BothServers);
        DateTimeOffset start = rig.Time.GetUtcNow();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        await rig.Server(1).AcceptAsync(rig.Token);
        await rig.PassAsync(rig.AcceptAsync(2), TimeSpan.FromSeconds(2), stepMilliseconds: 10);
        await connecting;
        Assert.InRange(rig.Time.GetUtcNow() - start, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2));
        Assert.Equal("10.0.0.2", rig.Connection.ServerInfo!.Host);
    }

    public static async Task TimeoutAsync(string bytes, NatsConnectPhase phase)
    {
        await using var rig = new ConnectionRig();
        DateTimeOffset start = rig.Time.GetUtcNow();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendRawAsync(Encoding.Latin1.GetBytes(bytes));
        await Assert.ThrowsAsync<NatsConnectionFailedException>(() => rig.PassAsync(connecting, rig.Connection.Opts.ConnectTimeout));
        NatsConnectAttemptFailedEvent failed = await rig.WhenAsync<NatsConnectAttemptFailedEvent>();
        Assert.Equal(phase, failed.Phase);
        Assert.Equal(rig.Connection.Opts.ConnectTimeout, rig.Time.GetUtcNow() - start);
    }

    public static async Task EndAsync(string bytes, bool isReset, NatsConnectPhase phase)
    {
        await using var rig = new ConnectionRig(url: BothServers);
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server(1).AcceptAsync(rig.Token);
        await peer.SendRawAsync(Encoding.Latin1.GetBytes(bytes));
        if (phase == NatsConnectPhase.Authentication)
        {
            await peer.ExpectAsync("CONNECT", rig.Token);
        }

        (isReset ? (Action)peer.Cut : peer.Close)();
        await rig.AcceptAsync(2);
        await connecting;
        NatsConnectAttemptFailedEvent failed = await rig.WhenAsync<NatsConnectAttemptFailedEvent>();
        Assert.Equal((phase, TimeSpan.Zero), (failed.Phase, failed.Duration));
        Assert.IsType(isReset ? typeof(System.Net.Sockets.SocketException) : typeof(IOException), failed.Exception);
    }

    public static async Task EarlyPongAsync()
    {
        await using var rig = new ConnectionRig();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendInfoAsync();
        await peer.SendAsync("PONG");
        await peer.ExpectAsync("CONNECT", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        Assert.False(connecting.IsCompleted);
        await peer.SendAsync("PONG");
        await connecting;
    }

    public static async Task AuthorizationViolationAsync()
    {
        await using var rig = new ConnectionRig();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendInfoAsync();
        await peer.ExpectAsync("CONNECT", rig.Token);
        await peer.SendAsync("-ERR 'Authorization Violation'");
        peer.Close();
        NatsConnectionFailedException failed = await Assert.ThrowsAsync<NatsConnectionFailedException>(() => connecting);
        NatsServerException refused = Assert.IsType<NatsServerException>(Assert.Single(failed.Failures).Exception);
        Assert.True(refused.IsAuthError);
        Assert.Contains("Authorization Violation", refused.Message, StringComparison.Ordinal);
    }

    public static async Task PongThenEndAsync()
    {
        await using var rig = new ConnectionRig();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.HandshakeAsync(rig.Token);
        peer.Close();
        await connecting;
        NatsDisconnectedEvent lost = await rig.WhenAsync<NatsDisconnectedEvent>();
        Assert.True((await rig.WhenAsync<NatsConnectedEvent>()).Sequence < lost.Sequence);
        await rig.AcceptAsync();
        await rig.WhenAsync<NatsReconnectedEvent>();
    }

    public static async Task EarlyMessageAsync()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer first = await rig.OpenAsync();
        await using INatsSub<string> foo = await rig.Connection.SubscribeCoreAsync<string>("foo", cancellationToken: rig.Token);
        await first.ExpectAsync("SUB foo 1", rig.Token);
        first.Cut();
        ScriptedPeer next = await rig.Server().AcceptAsync(rig.Token);
        await next.SendInfoAsync();
        await next.ExpectAsync("CONNECT", rig.Token);
        await next.ExpectAsync("PING", rig.Token);
        await next.SendAsync("PONG\r\nMSG foo 1 5\r\nearly\r\n"); // in one piece, before the client has sent its subscriptions
        Assert.Equal("early", (await foo.Msgs.ReadAsync(rig.Token)).Data);
        Assert.Contains(rig.Connection.Events.ToList(), e => e is NatsReconnectedEvent);
    }

    public static async Task SecondInfoAsync()
    {
        await using var rig = new ConnectionRig();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendAsync("INFO {\"server_id\":\"a\",\"max_payload\":1}\r\nINFO {\"server_id\":\"b\",\"max_payload\":2}\r\n");
        await peer.FinishHandshakeAsync(rig.Token);
        await connecting;
        Assert.Equal(("b", 2), (rig.Connection.ServerInfo!.Id, rig.Connection.ServerInfo.MaxPayload));
    }

    public static async Task PlaintextBeforeTlsAsync()
    {
        await using var rig = new ConnectionRig();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendAsync("INFO {\"server_id\":\"a\",\"tls_required\":true}\r\nINFO {\"server_id\":\"evil\",\"connect_urls\":[\"evil:4222\"]}\r\nMSG foo 1 2\r\nhi\r\n");
        await Assert.ThrowsAsync<NatsConnectionFailedException>(() => rig.PassUntilAsync(connecting));
        Assert.Equal(NatsConnectPhase.Tls, (await rig.WhenAsync<NatsConnectAttemptFailedEvent>()).Phase); // what follows INFO was not read as TLS
        Assert.Empty(rig.Connection.DiscoveredServers);
        Assert.Equal("a", rig.Connection.Events.ToList().OfType<NatsConnectAttemptFailedEvent>().Single().ServerId);
    }

    public static async Task TlsAsync(string answer)
    {
        await using var rig = new ConnectionRig();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendAsync("INFO {\"server_id\":\"a\",\"tls_required\":true}");
        byte[] hello = new byte[16 * 1024];
        await peer.Pair.ReadAsync(hello, rig.Token);
        Assert.Equal([0x16, 0x03], hello[..2]);
        await peer.SendRawAsync(Encoding.Latin1.GetBytes(answer));
        await Assert.ThrowsAsync<NatsConnectionFailedException>(() => rig.PassAsync(connecting, rig.Connection.Opts.ConnectTimeout));
        Assert.Equal(NatsConnectPhase.Tls, (await rig.WhenAsync<NatsConnectAttemptFailedEvent>()).Phase);
    }
}
