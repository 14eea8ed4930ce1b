using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Earshot.Cli.Shell;
using Earshot.Testing;
using Xunit;

namespace Earshot.Cli.Tests.Doctor;

/// <summary>Servers with TLS, in process.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Fact]
    public async Task Certificate_of_an_unknown_authority_is_refused()
    {
        await using NatsTestServer server = await StartAsync(["127.0.0.1"]);
        await DoctorRig.AssertAsync(
            ExitCode.Tls, "unknownAuthority", "issued by 'CN=Earshot test authority', which this machine does not trust: pass its authority with --tlsca FILE.", server.Url);
    }

    [Fact]
    public async Task Trusted_certificate_is_described()
    {
        await using NatsTestServer server = await StartAsync(["127.0.0.1", "nats.example"]);
        (int code, JsonElement[] steps, _) = await DoctorRig.JsonAsync(server.Url, "--tlsca", _certificates.CaFile);
        Assert.Equal(ExitCode.Success, code);
        JsonElement tls = steps.Step("tls");
        Assert.Equal("Ok", tls.GetProperty("outcome").GetString());
        Assert.Equal(["nats.example", "127.0.0.1"], tls.GetProperty("facts").GetProperty("names").EnumerateArray().Select(static name => name.GetString()));
        Assert.Contains("issued by CN=Earshot test authority; expires ", tls.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.True(steps.Step("info").GetProperty("facts").GetProperty("tlsRequired").GetBoolean());
    }

    [Fact]
    public async Task Server_that_requires_TLS_is_not_reached_by_a_ws_url_without_it()
    {
        await using NatsTestServer server = await StartAsync(["127.0.0.1"]);
        (int code, string text, _) = await DoctorRig.RunAsync(server.Url.Replace("nats://", "ws://", StringComparison.Ordinal));
        Assert.Equal(ExitCode.NotNats, code);
        Assert.Contains("does not switch to WebSocket", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_does_not_offer_TLS_is_recognised()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await DoctorRig.AssertAsync(
            ExitCode.Tls, "tlsNotOffered", "The server does not offer TLS: add a tls block to its configuration, or connect without TLS", server.Url.Replace("nats://", "tls://", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Expired_certificate_is_recognised()
    {
        await using NatsTestServer server = await StartAsync(["127.0.0.1"], isExpired: true);
        await DoctorRig.AssertAsync(
            ExitCode.Tls, "expiredCertificate", "The certificate of the server expired 29 days ago, on ", server.Url, "--tlsca", _certificates.CaFile);
    }

    [Fact]
    public async Task Certificate_for_another_name_is_recognised()
    {
        await using NatsTestServer server = await StartAsync(["nats.example"]);
        await DoctorRig.AssertAsync(
            ExitCode.Tls,
            "wrongHostName",
            "The certificate is not for '127.0.0.1': connect to one of its names (nats.example), or issue one for '127.0.0.1'.",
            server.Url,
            "--tlsca",
            _certificates.CaFile);
    }

    [Fact]
    public async Task Server_that_starts_with_TLS_is_recognised_when_INFO_is_expected()
    {
        await using NatsTestServer server = await StartAsync(["127.0.0.1"], isFirst: true);
        await DoctorRig.AssertAsync(ExitCode.Tls, "tlsFirst", "The server starts with TLS: pass --tlsfirst.", server.Url, "--tlsca", _certificates.CaFile);
    }

    [Fact]
    public async Task Server_that_starts_with_TLS_is_accepted_with_the_option()
    {
        await using NatsTestServer server = await StartAsync(["127.0.0.1"], isFirst: true);
        string text = await DoctorRig.AssertAsync(
            ExitCode.Success, "none", "Nothing, the connection works.", server.Url, "--tlsca", _certificates.CaFile, "--tlsfirst");
        Assert.True(text.IndexOf("  tls  ", StringComparison.Ordinal) < text.IndexOf("  info  ", StringComparison.Ordinal), text);
    }

    [Fact]
    public async Task Server_that_starts_with_INFO_is_recognised_when_TLS_is_expected()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await DoctorRig.AssertAsync(ExitCode.Tls, "tlsNotFirst", "The server does not start with TLS: leave out --tlsfirst", server.Url, "--tlsfirst");
    }

    [Fact]
    public async Task Server_that_closes_during_the_handshake_is_tried_again_before_the_verdict()
    {
        await using var server = new TalkingPort(TalkingPort.Info("one", ",\"tls_required\":true"), isClosing: true);
        await DoctorRig.AssertAsync(ExitCode.Tls, "noTls", "ends the TLS handshake without an answer: check the certificate files", server.Url);
        Assert.Equal(2, server.Accepted);
    }

    [Fact]
    public async Task Missing_client_certificate_is_recognised()
    {
        await using NatsTestServer server = await StartAsync(["127.0.0.1"], isVerifying: true);
        await DoctorRig.AssertAsync(
            ExitCode.Tls, "clientCertificateMissing", "requires a certificate of the client: pass --tlscert FILE and --tlskey FILE.", server.Url, "--tlsca", _certificates.CaFile);
    }

    [Fact]
    public async Task Client_certificate_that_the_server_refuses_is_recognised()
    {
        await using NatsTestServer server = await StartAsync(["127.0.0.1"], isVerifying: true);
        using X509Certificate2 own = _certificates.Issue(["client"]);
        (string cert, string key) = _certificates.Files("client", own);
        await DoctorRig.AssertAsync(
            ExitCode.Tls, "clientCertificate", "refuses the TLS connection: check that it trusts the authority of the client certificate", server.Url, "--tlsca", _certificates.CaFile, "--tlscert", cert, "--tlskey", key);
    }

    [Fact]
    public async Task Tls_file_that_cannot_be_read_is_an_error_of_files()
    {
        await using NatsTestServer server = await StartAsync(["127.0.0.1"]);
        (int code, string output, string error) = await DoctorRig.RunAsync(server.Url, "--tlsca", "no-such.pem");
        Assert.Equal(ExitCode.File, code);
        Assert.Empty(output);
        Assert.Contains("'no-such.pem'", error, StringComparison.Ordinal);
    }

    public void Dispose() => _certificates.Dispose();

    private async Task<NatsTestServer> StartAsync(string[] names, bool isExpired = false, bool isFirst = false, bool isVerifying = false)
    {
        X509Certificate2 certificate = _certificates.Issue(names, isExpired);
        return await NatsTestServer.StartAsync(
            new NatsTestServerOptions
            {
                Tls = new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
                    ClientCertificateRequired = isVerifying,
                    RemoteCertificateValidationCallback = (_, _, _, _) => !isVerifying,
                },
                TlsFirst = isFirst,
            },
            TestContext.Current.CancellationToken);
    }
}
