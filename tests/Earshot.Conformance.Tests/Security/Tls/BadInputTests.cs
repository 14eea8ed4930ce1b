using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Earshot.Authentication;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Tls;

/// <summary>Invalid credentials and TLS material: their messages describe the fix and do not contain their content.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Expired_JWTs_are_sent_and_the_rejection_reports_that_they_have_expired()
    {
        using var issuer = new JwtIssuer();
        await using NatsServerProcess server = await Connections.ServerAsync(issuer.Config);
        (string jwt, string seed) = issuer.User(TimeProvider.System.GetUtcNow().AddMinutes(-5));
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Jwt = jwt, Seed = seed } });
        NatsServerException reported = Assert.IsType<NatsServerException>(refused.Exception);
        Assert.True(reported.IsAuthError);
        Assert.Contains("according to the local clock the JWT expired at", reported.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(jwt, refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.y.z")]
    [InlineData("eyJ0.eyJleHAiOiJzb29uIn0.eyJ0")]
    [InlineData("bnVsbA.bnVsbA.bnVsbA")]
    public async Task JWTs_that_cannot_be_read_are_sent_and_refused_by_the_server(string jwt)
    {
        using var issuer = new JwtIssuer();
        await using NatsServerProcess server = await Connections.ServerAsync(issuer.Config);
        JwtIssuer.NewKey(NKeyKind.User, out string seed).Dispose();
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Jwt = jwt, Seed = seed } });
        Assert.Equal(NatsConnectPhase.Authentication, refused.Phase);
        Assert.True(Assert.IsType<NatsServerException>(refused.Exception).IsAuthError);
    }

    [Fact]
    public async Task A_creds_file_of_gigabytes_is_refused_without_being_read()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("");
        string file = Path.Combine(_certificates.Folder, "large.creds");
        await using (FileStream large = File.Create(file))
        {
            large.SetLength(3L << 30); // a hole, not three gigabytes on the disk; no array has that length
        }

        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { CredsFile = file } });
        Assert.Contains("64 KiB", Assert.IsType<NatsCredentialsException>(refused.Exception).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callbacks_may_fail_or_return_another_kind_and_are_called_again()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("authorization { token: c4n4ry }");
        int asked = 0;
        await using var connection = new NatsConnection(new NatsOpts
        {
            Url = server.Url,
            RetryOnInitialConnect = true,
            IgnoreAuthErrorAbort = true,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(1),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(5),
            AuthOpts = new NatsAuthOpts
            {
                AuthCredCallback = (_, _) => ++asked switch
                {
                    1 => throw new InvalidOperationException("the vault is sealed"),
                    2 => default,
                    3 => ValueTask.FromResult(NatsAuthCred.FromUserInfo("ann", "c4n4ry")),
                    4 => ValueTask.FromResult(NatsAuthCred.FromCredsFile("/nowhere/c.creds")),
                    _ => ValueTask.FromResult(NatsAuthCred.FromToken("c4n4ry")),
                },
            },
        });
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        Exception[] failures = [.. connection.Events.ToList().OfType<NatsConnectAttemptFailedEvent>().Select(failed => failed.Exception)];
        Assert.Equal(4, failures.Length);
        Assert.IsType<InvalidOperationException>(Assert.IsType<NatsCredentialsException>(failures[0]).InnerException);
        Assert.Contains("no credential", failures[1].Message, StringComparison.Ordinal);
        Assert.True(Assert.IsType<NatsServerException>(failures[2]).IsAuthError);
        Assert.Equal("/nowhere/c.creds", Assert.IsType<NatsCredentialsException>(failures[3]).Path);
    }

    [Fact]
    public async Task Wrong_passwords_of_keys_and_bundles_are_named_by_their_file()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(["127.0.0.1"]));
        using X509Certificate2 own = _certificates.Issue(["client.earshot.test"]);
        (string cert, _) = _certificates.Files("client", own);
        string locked = _certificates.File("locked.key", own.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(
            "open sesame", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        string bundle = _certificates.File("client.pfx", own.Export(X509ContentType.Pkcs12, "open sesame"));
        (NatsTlsOpts Tls, string Named)[] wrong =
        [
            (new NatsTlsOpts { CertFile = cert, KeyFile = locked, KeyFilePassword = "c4n4ry" }, cert),
            (new NatsTlsOpts { CertFile = cert, KeyFile = locked }, cert),
            (new NatsTlsOpts { CertBundleFile = bundle, CertBundleFilePassword = "c4n4ry" }, bundle),
            (new NatsTlsOpts { ClientCertificateCallback = _ => throw new InvalidOperationException("no card in the reader") }, "ClientCertificateCallback"),
        ];
        foreach ((NatsTlsOpts tls, string named) in wrong)
        {
            NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url, TlsOpts = tls with { CaFile = _certificates.CaFile } });
            Assert.Equal(NatsConnectPhase.Tls, refused.Phase);
            Assert.Contains(named, Assert.IsType<NatsTlsException>(refused.Exception).Message, StringComparison.Ordinal);
            Assert.DoesNotContain("c4n4ry", refused.Exception.ToString(), StringComparison.Ordinal);
        }
    }
}
