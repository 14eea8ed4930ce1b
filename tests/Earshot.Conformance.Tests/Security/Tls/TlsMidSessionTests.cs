using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Tls;

/// <summary>A connection whose certificates change, on either side, while it is open.</summary>
public sealed class TlsMidSessionTests : IDisposable
{
    private static readonly string[] s_loopback = ["localhost", "127.0.0.1"];
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData(true, "NotTimeValid")]
    [InlineData(false, "is not for '127.0.0.1'")]
    public async Task Restarted_servers_with_a_bad_certificate_are_refused_until_it_is_good_again(bool isExpired, string why)
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback));
        await using var connection = new NatsConnection(Opts(server, new NatsTlsOpts { CaFile = _certificates.CaFile }));
        Task<NatsConnectAttemptFailedEvent> refused = connection.Events.WhenAsync<NatsConnectAttemptFailedEvent>(cancellationToken: Connections.Cancelled);
        Task<NatsReconnectedEvent> reconnected = connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Connections.Cancelled);
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);

        await server.ReloadAsync(isExpired ? _certificates.ServerConfig(s_loopback, isExpired: true) : _certificates.ServerConfig(["elsewhere.earshot.test"]), Connections.Cancelled);
        Task back = connection.ReconnectAsync(cancellationToken: Connections.Cancelled).AsTask();
        NatsConnectAttemptFailedEvent reported = await refused.WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.Equal(NatsConnectPhase.Tls, reported.Phase);
        Assert.Contains(why, Assert.IsType<NatsTlsException>(reported.Exception).Message, StringComparison.Ordinal);

        await server.ReloadAsync(_certificates.ServerConfig(s_loopback), Connections.Cancelled);
        await reconnected.WaitAsync(Connections.Limit, Connections.Cancelled);
        await back.WaitAsync(Connections.Limit, Connections.Cancelled);
        await Connections.EchoAsync(connection);
        Assert.Single(connection.Events.ToList().OfType<NatsDisconnectedEvent>());
    }

    [Fact]
    public async Task Client_certificates_that_are_rotated_count_from_the_next_attempt_on()
    {
        using var next = new TestCertificates();
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback, "verify: true"));
        (string cert, string key) = Write(_certificates);
        await using var connection = new NatsConnection(Opts(server, new NatsTlsOpts { CaFile = _certificates.CaFile, CertFile = cert, KeyFile = key }));
        Task<NatsConnectAttemptFailedEvent> refused = connection.Events.WhenAsync<NatsConnectAttemptFailedEvent>(cancellationToken: Connections.Cancelled);
        Task<NatsReconnectedEvent> reconnected = connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Connections.Cancelled);
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);

        // The server now takes only clients of another authority; its own certificate stays with the first one.
        await server.ReloadAsync(_certificates.ServerConfig(s_loopback, "verify: true").Replace(_certificates.CaFile, next.CaFile, StringComparison.Ordinal), Connections.Cancelled);
        Task back = connection.ReconnectAsync(cancellationToken: Connections.Cancelled).AsTask();
        NatsConnectAttemptFailedEvent reported = await refused.WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.True(reported.Phase == NatsConnectPhase.Tls, $"{reported.Phase}: {reported.Exception}");
        Assert.Contains("client certificate", Assert.IsType<NatsTlsException>(reported.Exception).Message, StringComparison.Ordinal);

        (string fresh, string freshKey) = Write(next);
        File.Copy(freshKey, key, overwrite: true);
        File.Copy(fresh, cert, overwrite: true);
        await reconnected.WaitAsync(Connections.Limit, Connections.Cancelled);
        await back.WaitAsync(Connections.Limit, Connections.Cancelled);
        await Connections.EchoAsync(connection);
    }

    [Fact]
    public async Task Expired_client_certificates_are_refused_with_a_hint()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback, "verify: true"));
        using X509Certificate2 own = _certificates.Issue(["client.earshot.test"], isExpired: true);
        (string cert, string key) = _certificates.Files("expired", own);
        NatsConnectFailure refused = await Connections.IsRefusedAsync(Opts(server, new NatsTlsOpts { CaFile = _certificates.CaFile, CertFile = cert, KeyFile = key }));
        Assert.True(refused.Phase == NatsConnectPhase.Tls, $"{refused.Phase}: {refused.Exception}");
        Assert.Contains("has not expired", Assert.IsType<NatsTlsException>(refused.Exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_fail_decryption_end_the_session_as_a_TLS_error()
    {
        using X509Certificate2 certificate = _certificates.Issue(["127.0.0.1"]);
        var isOpen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var middle = new ScriptedListener(async socket =>
        {
            await socket.SendAsync(ScriptedSocket.Info(1, ",\"tls_required\":true"));
            await socket.EncryptAsync(certificate);
            await socket.ServeAsync(untilPong: socket.Number == 1);
            await isOpen.Task.WaitAsync(Connections.Limit);
            await socket.Bare.WriteAsync((byte[])[0x17, 3, 3, 0, 40, .. RandomNumberGenerator.GetBytes(40)]);
            await socket.ReadToEndAsync();
        });
        await using var connection = new NatsConnection(new NatsOpts { Url = $"tls://127.0.0.1:{middle.Port}", TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile } });
        Task<NatsDisconnectedEvent> gone = connection.Events.WhenAsync<NatsDisconnectedEvent>(cancellationToken: Connections.Cancelled);
        Task<NatsReconnectedEvent> reconnected = connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Connections.Cancelled);
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        isOpen.SetResult();
        NatsDisconnectedEvent why = await gone.WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.Equal(NatsDisconnectReason.TlsError, why.Reason);
        Assert.IsType<NatsTlsException>(why.Exception);
        await reconnected.WaitAsync(Connections.Limit, Connections.Cancelled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ends_right_after_the_handshake_are_put_down_to_TLS_as_a_guess(bool isReset)
    {
        using X509Certificate2 certificate = _certificates.Issue(["127.0.0.1"]);
        await using var server = new ScriptedListener(async socket =>
        {
            await socket.SendAsync(ScriptedSocket.Info(1, ",\"tls_required\":true"));
            await socket.EncryptAsync(certificate);
            if (isReset)
            {
                ((System.Net.Sockets.NetworkStream)socket.Bare).Socket.Close(0);
            }
        });
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = $"tls://127.0.0.1:{server.Port}", TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile } });
        Assert.True(refused.Phase == NatsConnectPhase.Tls, $"{refused.Phase}: {refused.Exception}");
        Assert.Contains("immediately after the TLS handshake", Assert.IsType<NatsTlsException>(refused.Exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_below_TLS_stays_a_transport_error()
    {
        using X509Certificate2 certificate = _certificates.Issue(["127.0.0.1"]);
        var isOpen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedListener(async socket =>
        {
            await socket.SendAsync(ScriptedSocket.Info(1, ",\"tls_required\":true"));
            await socket.EncryptAsync(certificate);
            await socket.ServeAsync(untilPong: true);
            await isOpen.Task.WaitAsync(Connections.Limit); // a reset may overtake what was sent before it
            ((System.Net.Sockets.NetworkStream)socket.Bare).Socket.Close(0);
        });
        await using var connection = new NatsConnection(new NatsOpts { Url = $"tls://127.0.0.1:{server.Port}", MaxReconnectRetry = 0, TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile } });
        Task<NatsDisconnectedEvent> gone = connection.Events.WhenAsync<NatsDisconnectedEvent>(cancellationToken: Connections.Cancelled);
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        isOpen.SetResult();
        Assert.NotEqual(NatsDisconnectReason.TlsError, (await gone.WaitAsync(Connections.Limit, Connections.Cancelled)).Reason);
    }

    [Fact]
    public async Task Limits_used_up_by_a_server_that_forgot_TLS_close_with_that_reason()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback));
        await using var connection = new NatsConnection(Opts(server, new NatsTlsOpts { CaFile = _certificates.CaFile }) with { MaxReconnectRetry = 3 });
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        await Assert.ThrowsAsync<ArgumentException>(() => connection.SetServersAsync(["ws://127.0.0.1:1"], cancellationToken: Connections.Cancelled).AsTask());
        await server.ReloadAsync("", Connections.Cancelled);
        Task lost = connection.ReconnectAsync(cancellationToken: Connections.Cancelled).AsTask();
        NatsClosedEvent closed = await connection.Closed.WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.Equal(NatsCloseReason.ConfigurationError, closed.Reason);
        Assert.Contains("does not offer it", closed.Exception!.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<NatsException>(() => lost.WaitAsync(Connections.Limit, Connections.Cancelled));
    }

    private static (string Cert, string Key) Write(TestCertificates authority)
    {
        using X509Certificate2 own = authority.Issue(["client.earshot.test"]);
        return authority.Files("client", own);
    }

    private static NatsOpts Opts(NatsServerProcess server, NatsTlsOpts tls) => new()
    {
        Url = $"tls://127.0.0.1:{server.Port}",
        ReconnectWaitMin = TimeSpan.FromMilliseconds(10),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(50),
        TlsOpts = tls,
    };
}
