using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Ways;

[OnlyReal(Because.ItNeedsAServerProcess)]
public sealed class WebSocketTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task Real_servers_are_reached_through_a_WebSocket(string scheme)
    {
        using var port = ReservedPort.Take();
        string tls = scheme == "ws" ? "no_tls: true" : _certificates.ServerConfig(["127.0.0.1"]);
        await using NatsServerProcess server = await Connections.ServerAsync(
            $"authorization {{ users: [ {{ user: ann, password: c4n4ry }} ] }}\nwebsocket {{ host: \"127.0.0.1\", port: {port.Number}\n{tls} }}\n");
        var opts = new NatsOpts
        {
            Url = $"{scheme}://ann:c4n4ry@127.0.0.1:{port.Number}",
            TlsOpts = scheme == "ws" ? NatsTlsOpts.Default : new NatsTlsOpts { CaFile = _certificates.CaFile },
        };
        IReadOnlyList<NatsConnectionEvent> events = await Connections.GetsInAsync(opts);
        NatsConnectTimings timings = Assert.Single(events.OfType<NatsConnectedEvent>()).Timings;
        Assert.NotNull(timings.WebSocket);
        Assert.Equal(scheme == "wss", timings.Tls is not null);

        NatsConnectFailure refused = await Connections.IsRefusedAsync(opts with { Url = $"{scheme}://ann:wrong@127.0.0.1:{port.Number}" });
        Assert.Equal(NatsConnectPhase.Authentication, refused.Phase);
    }

    [Fact]
    public async Task Client_certificates_are_shown_through_a_WebSocket_too()
    {
        using var port = ReservedPort.Take();
        await using NatsServerProcess server = await Connections.ServerAsync(
            $"websocket {{ host: \"127.0.0.1\", port: {port.Number}\n{_certificates.ServerConfig(["127.0.0.1"], "verify: true")} }}\n");
        using X509Certificate2 own = _certificates.Issue(["client.earshot.test"]);
        (string cert, string key) = _certificates.Files("client", own);
        var opts = new NatsOpts { Url = $"wss://127.0.0.1:{port.Number}", TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile, CertFile = cert, KeyFile = key } };
        await Connections.GetsInAsync(opts);
        NatsConnectFailure refused = await Connections.IsRefusedAsync(opts with { TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile } });
        Assert.True(refused.Phase is NatsConnectPhase.Tls or NatsConnectPhase.WebSocket, $"{refused.Phase}: {refused.Exception}");
        Assert.Contains("client certificate", refused.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ports_without_a_WebSocket_fail_in_that_phase()
    {
        await using var http = new ScriptedListener(async socket =>
        {
            await socket.SendAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            await socket.ReadToEndAsync();
        });
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = $"ws://127.0.0.1:{http.Port}" });
        Assert.Equal(NatsConnectPhase.WebSocket, refused.Phase);
        Assert.Contains("404", refused.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_and_path_are_sent_and_credentials_are_not()
    {
        var request = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedListener(async socket =>
        {
            await socket.UpgradeAsync();
            request.TrySetResult(socket.Request);
            await socket.SendAsync(ScriptedSocket.Info(1));
            await socket.ServeAsync();
        });
        await Connections.GetsInWithoutEchoAsync(new NatsOpts
        {
            Url = $"ws://ann:c4n4ry@127.0.0.1:{server.Port}",
            WebSocketOpts = new NatsWebSocketOpts
            {
                Path = "/nats/here",
                RequestHeaders = new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["X-Gateway"] = "yes" },
                ConfigureClientWebSocketOptions = (_, options, _) =>
                {
                    options.SetRequestHeader("X-Late", "too");
                    return default;
                },
            },
        });
        string sent = await request.Task.WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.StartsWith("GET /nats/here HTTP/1.1\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("X-Gateway: yes", sent, StringComparison.Ordinal);
        Assert.Contains("X-Late: too", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("c4n4ry", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("deflate", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Frames_may_be_cut_anywhere_and_may_be_empty(int size)
    {
        await using var server = new ScriptedListener(async socket =>
        {
            WebSocket raw = await socket.UpgradeAsync();
            byte[] info = Encoding.ASCII.GetBytes(ScriptedSocket.Info(1));
            for (int at = 0; at < info.Length; at += size)
            {
                await raw.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Binary, true, default);
                await raw.SendAsync(info.AsMemory(at, Math.Min(size, info.Length - at)), WebSocketMessageType.Binary, at % 2 == 0, default);
            }

            await socket.ServeAsync();
        });
        await Connections.GetsInWithoutEchoAsync(new NatsOpts { Url = $"ws://127.0.0.1:{server.Port}" });
    }

    [Fact]
    public async Task Text_of_a_close_frame_is_the_reason()
    {
        await using var server = new ScriptedListener(async socket =>
        {
            WebSocket raw = await socket.UpgradeAsync();
            await raw.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "Authentication Failure", default);
            await socket.ReadToEndAsync();
        });
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = $"ws://127.0.0.1:{server.Port}" });
        Assert.Contains("1008 Authentication Failure", refused.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_certificates_are_refused_as_without_WebSocket()
    {
        using X509Certificate2 wrong = _certificates.Issue(["elsewhere.earshot.test"]);
        await using var server = new ScriptedListener(socket => socket.EncryptAsync(wrong));
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = $"wss://127.0.0.1:{server.Port}", TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile } });
        Assert.Equal(NatsConnectPhase.Tls, refused.Phase);
        Assert.Throws<ArgumentException>(() => new NatsConnection(new NatsOpts { Url = "ws://127.0.0.1", TlsOpts = new NatsTlsOpts { Mode = TlsMode.Require } }));
    }
}
