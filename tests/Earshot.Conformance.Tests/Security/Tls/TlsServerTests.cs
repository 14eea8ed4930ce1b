using System.Security.Cryptography.X509Certificates;
using Earshot.Conformance.Tests.Scenarios;
using Earshot.Lifecycle;
using Earshot.RealServer;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Tls;

[OnlyReal(Because.ItNeedsAServerProcess)]
public sealed class TlsServerTests : IDisposable
{
    private static readonly string[] s_loopback = ["localhost", "127.0.0.1"];
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData("nats", TlsMode.Auto)]
    [InlineData("nats", TlsMode.Prefer)]
    [InlineData("nats", TlsMode.Require)]
    [InlineData("tls", TlsMode.Auto)]
    [InlineData("tls", TlsMode.Prefer)]
    public async Task Connections_are_upgraded_where_the_server_requires_it(string scheme, TlsMode mode)
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback));
        NatsOpts opts = Opts(server, scheme, mode);
        IReadOnlyList<NatsConnectionEvent> events = await Connections.GetsInAsync(opts);
        NatsConnectTimings timings = Assert.Single(events.OfType<NatsConnectedEvent>()).Timings;
        Assert.NotNull(timings.Tls);
        Assert.NotNull(timings.Info);
    }

    [Theory]
    [InlineData("handshake_first: true", TlsMode.Implicit, true)]
    [InlineData("handshake_first: false", TlsMode.Require, true)]
    [InlineData("handshake_first: auto", TlsMode.Implicit, true)]
    [InlineData("handshake_first: auto", TlsMode.Require, true)]
    [InlineData("handshake_first: \"100ms\"", TlsMode.Implicit, true)]
    [InlineData("handshake_first: \"100ms\"", TlsMode.Require, true)]
    [InlineData("handshake_first: false", TlsMode.Implicit, false)]
    public async Task Handshake_first_is_met_in_each_setting_of_the_server(string setting, TlsMode mode, bool getsIn)
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback, setting));
        NatsOpts opts = Opts(server, "tls", mode);
        if (getsIn)
        {
            await Connections.GetsInAsync(opts);
        }
        else
        {
            Assert.Equal(NatsConnectPhase.Tls, (await Connections.IsRefusedAsync(opts)).Phase);
        }
    }

    [Theory]
    [InlineData(TlsMode.Prefer, true)]
    [InlineData(TlsMode.Require, true)]
    [InlineData(TlsMode.Disable, false)]
    public async Task Optional_TLS_is_used_unless_it_is_disabled(TlsMode mode, bool isEncrypted)
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback) + "allow_non_tls: true\n");
        IReadOnlyList<NatsConnectionEvent> events = await Connections.GetsInAsync(Opts(server, "nats", mode));
        Assert.Equal(isEncrypted, Assert.Single(events.OfType<NatsConnectedEvent>()).Timings.Tls is not null);
    }

    [Fact]
    public async Task Servers_without_TLS_are_refused_when_it_is_demanded()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("");
        foreach (NatsOpts opts in (NatsOpts[])[Opts(server, "tls", TlsMode.Auto), Opts(server, "nats", TlsMode.Auto), Opts(server, "nats", TlsMode.Require)])
        {
            NatsConnectFailure refused = await Connections.IsRefusedAsync(opts);
            Assert.Equal(NatsConnectPhase.Tls, refused.Phase);
            Assert.IsType<NatsTlsException>(refused.Exception);
        }

        await Connections.GetsInAsync(Opts(server, "nats", TlsMode.Prefer));
    }

    [Fact]
    public async Task Servers_that_require_TLS_are_refused_when_it_is_disabled()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback));
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url, TlsOpts = new NatsTlsOpts { Mode = TlsMode.Disable } });
        Assert.Equal(NatsConnectPhase.Tls, refused.Phase);
        Assert.Throws<ArgumentException>(() => new NatsConnection(new NatsOpts { Url = "tls://localhost", TlsOpts = new NatsTlsOpts { Mode = TlsMode.Disable } }));
    }

    [Fact]
    public async Task Certificates_that_prove_nothing_are_refused_and_the_reason_is_named()
    {
        await using NatsServerProcess wrongHost = await Connections.ServerAsync(_certificates.ServerConfig(["elsewhere.earshot.test"]));
        Assert.Contains("is not for '127.0.0.1'", await RefusalAsync(Opts(wrongHost, "tls", TlsMode.Auto)), StringComparison.Ordinal);
        await Connections.GetsInAsync(Opts(wrongHost, "tls", TlsMode.Auto) with { TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile, ServerName = "elsewhere.earshot.test" } });

        await using NatsServerProcess expired = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback, isExpired: true));
        Assert.Contains("NotTimeValid", await RefusalAsync(Opts(expired, "tls", TlsMode.Auto)), StringComparison.Ordinal);

        using var others = new TestCertificates();
        await using NatsServerProcess good = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback));
        Assert.Contains("not trusted", await RefusalAsync(Opts(good, "tls", TlsMode.Auto) with { TlsOpts = new NatsTlsOpts { CaFile = others.CaFile } }), StringComparison.Ordinal);
        Assert.Contains("not trusted", await RefusalAsync(new NatsOpts { Url = good.Url }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verification_is_skipped_only_on_request_and_the_journal_reports_it_once()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(["elsewhere.earshot.test"]));
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, TlsOpts = new NatsTlsOpts { InsecureSkipVerify = true } });
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        Task<NatsReconnectedEvent> reconnected = connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Connections.Cancelled);
        await connection.ReconnectAsync(cancellationToken: Connections.Cancelled);
        await reconnected.WaitAsync(Connections.Limit, Connections.Cancelled);
        NatsConfigurationWarningEvent warning = Assert.Single(connection.Events.ToList().OfType<NatsConfigurationWarningEvent>());
        Assert.Equal("InsecureSkipVerify", warning.Code);
    }

    [Fact]
    public async Task Client_certificates_are_read_from_PEM_encrypted_PEM_PFX_and_a_callback_each_time()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback, "verify: true"));
        using X509Certificate2 own = _certificates.Issue(["client.earshot.test"]);
        (string cert, string key) = _certificates.Files("client", own);
        string locked = _certificates.File("locked.key", own.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(
            "open sesame", new System.Security.Cryptography.PbeParameters(System.Security.Cryptography.PbeEncryptionAlgorithm.Aes256Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 1000)));
        string bundle = _certificates.File("client.pfx", own.Export(X509ContentType.Pkcs12, "open sesame"));
        int asked = 0;
        NatsTlsOpts[] ways =
        [
            new() { CertFile = cert, KeyFile = key },
            new() { CertFile = cert, KeyFile = locked, KeyFilePassword = "open sesame" },
            new() { CertBundleFile = bundle, CertBundleFilePassword = "open sesame" },
            new() { ClientCertificateCallback = _ => ValueTask.FromResult(asked++ < 0 ? null! : own) },
        ];
        foreach (NatsTlsOpts way in ways)
        {
            await Connections.GetsInAsync(new NatsOpts { Url = server.Url, TlsOpts = way with { CaFile = _certificates.CaFile } });
        }

        await Connections.GetsInAsync(new NatsOpts { Url = server.Url, TlsOpts = ways[^1] with { CaFile = _certificates.CaFile } });
        Assert.Equal(2, asked);

        await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url, TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile } });
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_named()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback));
        string garbage = _certificates.File("garbage.pem", "secretcanary");
        string missing = Path.Combine(_certificates.Folder, "missing.pem");
        NatsTlsOpts[] damaged =
        [
            new() { CaFile = garbage },
            new() { CaFile = missing },
            new() { CaFile = _certificates.CaFile, CertFile = garbage, KeyFile = garbage },
            new() { CaFile = _certificates.CaFile, CertBundleFile = garbage, CertBundleFilePassword = "secretcanary" },
        ];
        foreach (NatsTlsOpts opts in damaged)
        {
            string refusal = await RefusalAsync(new NatsOpts { Url = server.Url, TlsOpts = opts });
            Assert.Contains(".pem", refusal, StringComparison.Ordinal);
            Assert.DoesNotContain("secretcanary", refusal, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>(() => new NatsConnection(new NatsOpts { TlsOpts = new NatsTlsOpts { CertFile = garbage } }));
        Assert.Throws<ArgumentException>(() => new NatsConnection(new NatsOpts { TlsOpts = new NatsTlsOpts { CertFile = garbage, KeyFile = garbage, CertBundleFile = garbage } }));
    }

    [Fact]
    public async Task Port_with_tls_first_or_http_is_named_when_it_is_dialled_in_plain_text()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback, "handshake_first: true"));
        NatsOpts opts = Opts(server, "nats", TlsMode.Prefer);
        Assert.Contains("TlsMode.Implicit", (await IsRefusedAfterProbeAsync(opts)).Exception.Message, StringComparison.Ordinal);
        opts = opts with { Url = $"nats://127.0.0.1:{server.MonitoringUrl.Port}" };
        Assert.Contains("monitoring port", (await IsRefusedAfterProbeAsync(opts)).Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validation_callback_decides()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(["elsewhere.earshot.test"]));
        await Connections.GetsInAsync(new NatsOpts { Url = server.Url, TlsOpts = new NatsTlsOpts { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null } });
        await using NatsServerProcess good = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback));
        Assert.Contains(
            "RemoteCertificateValidationCallback",
            await RefusalAsync(Opts(good, "tls", TlsMode.Auto) with { TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile, RemoteCertificateValidationCallback = (_, _, _, _) => false } }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttled_connections_fail_with_the_text_of_the_server()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(s_loopback, "connection_rate_limit: 1"));
        NatsOpts opts = Opts(server, "tls", TlsMode.Auto);
        var texts = new List<string>();
        for (int i = 0; i < 10 && texts.Count == 0; i++)
        {
            await using var connection = new NatsConnection(opts);
            try
            {
                await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
            }
            catch (NatsConnectionFailedException e)
            {
                texts.Add(e.Message);
            }
        }

        Assert.Contains("throttling", Assert.Single(texts), StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(NatsOpts opts)
    {
        NatsConnectFailure refused = await Connections.IsRefusedAsync(opts);
        Assert.Equal(NatsConnectPhase.Tls, refused.Phase);
        return Assert.IsType<NatsTlsException>(refused.Exception).Message;
    }

    private NatsOpts Opts(NatsServerProcess server, string scheme, TlsMode mode) => new()
    {
        Url = $"{scheme}://127.0.0.1:{server.Port}",
        TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile, Mode = mode },
    };

    // The probe is sent when INFO is late; its answer ends the attempt, however late it is.
    private static async Task<NatsConnectFailure> IsRefusedAfterProbeAsync(NatsOpts opts)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var receives = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<NatsConnectFailure> refused = Connections.IsRefusedAsync(opts with
        {
            TimeProvider = time,
            OnSocketAvailableAsync = connection => ValueTask.FromResult<INatsSocketConnection>(new NoticingConnection(connection, receives)),
        });
        await receives.Task.WaitAsync(Connections.Limit, Connections.Cancelled);
        time.Advance(SilentPeerProbe.DueWithin(opts.ConnectTimeout));
        return await refused;
    }
}
