using System.Security.Cryptography.X509Certificates;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Tls;

/// <summary>An attacker between client and server who tries to force plain text, or to inject bytes as the server.</summary>
[OnlyReal(Because.ItAsksNoServer)]
public sealed class DowngradeTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData("tls", TlsMode.Auto, 1)]
    [InlineData("tls", TlsMode.Auto, 2)]
    [InlineData("tls", TlsMode.Prefer, 3)]
    [InlineData("nats", TlsMode.Require, 1)]
    [InlineData("nats", TlsMode.Auto, 4)]
    [InlineData("nats", TlsMode.Prefer, 2)]
    [InlineData("nats", TlsMode.Prefer, 5)]
    public async Task Stripped_TLS_flags_get_not_one_byte_at_any_attempt(string scheme, TlsMode mode, int stripped)
    {
        using X509Certificate2 certificate = _certificates.Issue(["127.0.0.1"]);
        var received = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var middle = new ScriptedListener(async socket =>
        {
            if (socket.Number == stripped)
            {
                await socket.SendAsync(ScriptedSocket.Info(1));
                received.TrySetResult(await socket.ReadToEndAsync());
                return;
            }

            await socket.SendAsync(ScriptedSocket.Info(1, ",\"tls_required\":true"));
            await socket.EncryptAsync(certificate);
            await socket.ServeAsync(untilPong: socket.Number < stripped);
        });
        await using var connection = new NatsConnection(new NatsOpts
        {
            Url = $"{scheme}://user:password@127.0.0.1:{middle.Port}",
            RetryOnInitialConnect = true,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(1),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(10),
            TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile, Mode = mode },
        });
        Task<NatsConnectAttemptFailedEvent> refused = connection.Events.WhenAsync<NatsConnectAttemptFailedEvent>(cancellationToken: Connections.Cancelled);
        Task connecting = connection.ConnectAsync(Connections.Cancelled).AsTask();
        Assert.Empty(await received.Task.WaitAsync(Connections.Limit, Connections.Cancelled));
        NatsConnectAttemptFailedEvent why = await refused.WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.Equal(NatsConnectPhase.Tls, why.Phase);
        Assert.IsType<NatsTlsException>(why.Exception);

        // The attack is over: the connection gets in, encrypted.
        await connecting.WaitAsync(Connections.Limit, Connections.Cancelled);
        await connection.WaitForStateAsync(NatsConnectionState.Open, Connections.Cancelled).WaitAsync(Connections.Limit, Connections.Cancelled);
        await connection.PingAsync(Connections.Cancelled);
    }

    [Fact]
    public async Task Announced_servers_get_no_plain_text_either()
    {
        using X509Certificate2 certificate = _certificates.Issue(["127.0.0.1"]);
        var received = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var announced = new ScriptedListener(async socket =>
        {
            await socket.SendAsync(ScriptedSocket.Info(2));
            received.TrySetResult(await socket.ReadToEndAsync());
        });
        await using var seed = new ScriptedListener(async socket =>
        {
            await socket.SendAsync(ScriptedSocket.Info(1, ",\"tls_required\":true"));
            await socket.EncryptAsync(certificate);
            await socket.ServeAsync(ScriptedSocket.Info(1, $",\"connect_urls\":[\"127.0.0.1:{announced.Port}\"]"));
        });
        await using var connection = new NatsConnection(new NatsOpts
        {
            Url = $"nats://user:password@127.0.0.1:{seed.Port}",
            TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile, Mode = TlsMode.Prefer },
        });
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        await seed.DisposeAsync();
        Assert.Empty(await received.Task.WaitAsync(Connections.Limit, Connections.Cancelled));
    }

    [Theory]
    [InlineData("PING\r\n")]
    [InlineData("MSG echo.one 1 6\r\nforged\r\n")]
    [InlineData("INFO {\"server_id\":\"EVIL\",\"connect_urls\":[\"127.0.0.1:9\"],\"ldm\":true}\r\n")]
    [InlineData("+OK\r\nPONG\r\n")]
    public async Task Bytes_injected_behind_INFO_are_ignored(string injected)
    {
        using X509Certificate2 certificate = _certificates.Issue(["127.0.0.1"]);
        await using var middle = new ScriptedListener(async socket =>
        {
            await socket.SendAsync(ScriptedSocket.Info(1, ",\"tls_required\":true,\"ldm\":true,\"connect_urls\":[\"127.0.0.1:9\"]") + injected);
            await socket.EncryptAsync(certificate);
            await socket.ServeAsync();
        });
        await using var connection = new NatsConnection(new NatsOpts { Url = $"tls://127.0.0.1:{middle.Port}", TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile } });
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        await connection.PingAsync(Connections.Cancelled);
        NatsConnectionEvent[] events = [.. connection.Events.ToList()];
        Assert.Empty(events.OfType<NatsDiscoveredServersEvent>());
        Assert.Empty(events.OfType<NatsLameDuckModeEvent>());
        Assert.NotEqual("EVIL", Assert.Single(events.OfType<NatsConnectedEvent>()).Info.Id);
    }

    [Fact]
    public async Task Plain_text_errors_are_reported_and_never_end_the_connection()
    {
        await using var middle = new ScriptedListener(async socket =>
        {
            await socket.SendAsync(ScriptedSocket.Info(1, ",\"tls_required\":true"));
            await socket.SendAsync("-ERR 'Authorization Violation'\r\n");
            await socket.ReadToEndAsync();
        });
        await using var connection = new NatsConnection(new NatsOpts
        {
            Url = $"tls://127.0.0.1:{middle.Port}",
            RetryOnInitialConnect = true,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(1),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(5),
        });
        Task connecting = connection.ConnectAsync(Connections.Cancelled).AsTask();
        NatsConnectAttemptFailedEvent fifth = await connection.Events
            .WhenAsync<NatsConnectAttemptFailedEvent>(predicate: failed => failed.Attempt >= 5, cancellationToken: Connections.Cancelled)
            .WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.Equal(NatsConnectPhase.Tls, fifth.Phase);
        Assert.Contains("Authorization Violation", fifth.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(connection.Events.ToList().OfType<NatsAuthenticationErrorEvent>());
        await connection.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => connecting.WaitAsync(Connections.Limit, Connections.Cancelled));
    }

    [Fact]
    public async Task Answers_that_are_not_TLS_are_reported_as_such()
    {
        await using var middle = new ScriptedListener(async socket =>
        {
            await socket.SendAsync(ScriptedSocket.Info(1, ",\"tls_required\":true"));
            await socket.SendAsync("-ERR");
        });
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = $"tls://127.0.0.1:{middle.Port}" });
        Assert.Equal(NatsConnectPhase.Tls, refused.Phase);
    }
}
