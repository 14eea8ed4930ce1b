using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Earshot.Testing;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Transport;

/// <summary>What <see cref="NatsTlsOpts.ConfigureClientAuthentication"/> sets wins over every option of ours, seen in handshakes over memory.</summary>
public sealed class HandshakeOptionTests : IDisposable
{
    private static readonly SslApplicationProtocol s_nats = new("nats");

    private readonly TestCertificates _certificates = new();
    private readonly SslServerAuthenticationOptions _server;

    public HandshakeOptionTests() => _server = new SslServerAuthenticationOptions { ServerCertificate = _certificates.Issue(["localhost"]) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NatsTlsOpts Trusting => new() { CaFile = _certificates.CaFile };

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData(X509RevocationMode.NoCheck, null, true)]
    [InlineData(X509RevocationMode.Offline, null, false)]
    [InlineData(X509RevocationMode.NoCheck, X509RevocationMode.Offline, false)]
    [InlineData(X509RevocationMode.Offline, X509RevocationMode.NoCheck, true)]
    public async Task Revocation_mode_that_the_callback_sets_counts_with_a_ca_file_too(X509RevocationMode option, X509RevocationMode? callback, bool isAccepted)
    {
        // The authority of the test publishes no list, so looking for one is enough to refuse.
        NatsTlsOpts options = Trusting with { RevocationMode = option };
        if (callback is { } mode)
        {
            options = Configured(options, settings => settings.CertificateRevocationCheckMode = mode);
        }

        await AssertAsync(options, isAccepted ? null : "RevocationStatusUnknown");
    }

    [Fact]
    public async Task Revocation_mode_that_the_callback_sets_needs_no_ca_file()
    {
        NatsTlsOpts options = Configured(new NatsTlsOpts { InsecureSkipVerify = true }, settings => settings.CertificateRevocationCheckMode = X509RevocationMode.Offline);
        await AssertAsync(options, null);
    }

    [Fact]
    public async Task Target_host_that_the_callback_sets_is_the_name_that_is_checked()
    {
        await AssertAsync(Configured(Trusting, settings => settings.TargetHost = "elsewhere"), "is not for");
        await AssertAsync(Configured(Trusting with { ServerName = "elsewhere" }, settings => settings.TargetHost = "localhost"), null);
    }

    [Fact]
    public async Task Chain_policy_that_the_callback_sets_replaces_the_ca_file()
    {
        using var stranger = new TestCertificates();
        NatsTlsOpts distrusting = new() { CaFile = stranger.CaFile };
        await AssertAsync(distrusting, "not trusted");
        await AssertAsync(Configured(distrusting, settings => settings.CertificateChainPolicy = Trust(_certificates)), null);
        await AssertAsync(Configured(Trusting, settings => settings.CertificateChainPolicy = Trust(stranger)), "not trusted");

        static X509ChainPolicy Trust(TestCertificates authority)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(authority.Authority);
            return policy;
        }
    }

    [Fact]
    public async Task Revocation_mode_that_the_callback_sets_does_not_change_a_chain_policy_of_its_own()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(_certificates.Authority);
        await AssertAsync(Configured(Trusting, settings => (settings.CertificateRevocationCheckMode, settings.CertificateChainPolicy) = (X509RevocationMode.Offline, policy)), null);
        Assert.Equal(X509RevocationMode.NoCheck, policy.RevocationMode);
    }

    [Fact]
    public async Task Certificate_context_that_the_callback_sets_is_kept_when_certificates_are_set_too()
    {
        using X509Certificate2 configured = _certificates.Issue(["configured"]), set = _certificates.Issue(["set"]), other = _certificates.Issue(["other"]);
        (string cert, string key) = _certificates.Files("configured", configured);
        NatsTlsOpts options = Configured(Trusting with { CertFile = cert, KeyFile = key }, settings =>
        {
            settings.ClientCertificateContext = SslStreamCertificateContext.Create(set, null, offline: true);
            settings.ClientCertificates = [other];
        });
        Assert.Equal("CN=set", (await AssertAsync(options, null)).ClientSubject);
    }

    [Theory]
    [InlineData(SslPolicyErrors.RemoteCertificateNotAvailable, "The certificate of 'localhost' was refused: the server did not present a certificate.")]
    [InlineData(SslPolicyErrors.RemoteCertificateNotAvailable | SslPolicyErrors.RemoteCertificateChainErrors, "The certificate of 'localhost' was refused: the server did not present a certificate.")]
    [InlineData(SslPolicyErrors.RemoteCertificateChainErrors, "The certificate of 'localhost' was refused: it is not trusted ().")]
    [InlineData(SslPolicyErrors.RemoteCertificateNameMismatch, "The certificate of 'localhost' was refused: it is not for 'localhost' (subject: null).")]
    public async Task Errors_without_a_certificate_or_a_chain_are_refused_with_their_reason(SslPolicyErrors errors, string refusal)
    {
        // No server of today makes the TLS of the system report these: the checks are handed them.
        NatsTlsOpts options = Configured(Trusting, settings =>
        {
            RemoteCertificateValidationCallback checks = settings.RemoteCertificateValidationCallback!;
            settings.RemoteCertificateValidationCallback = (sender, _, _, _) => checks(sender, null, null, errors);
        });
        await AssertAsync(options, refusal);
    }

    [Fact]
    public async Task Validation_that_the_callback_sets_replaces_all_checks_of_ours()
    {
        await AssertAsync(Configured(new NatsTlsOpts(), settings => settings.RemoteCertificateValidationCallback = (_, _, _, _) => true), null);
        NatsTlsOpts skipping = new() { InsecureSkipVerify = true, RemoteCertificateValidationCallback = (_, _, _, _) => true };
        await AssertAsync(skipping, null);
        await AssertAsync(Configured(skipping, settings => settings.RemoteCertificateValidationCallback = (_, _, _, _) => false), "failed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_certificate_that_the_callback_sets_replaces_the_configured_one(bool bySelection)
    {
        using X509Certificate2 configured = _certificates.Issue(["configured"]), set = _certificates.Issue(["set"]);
        (string cert, string key) = _certificates.Files("configured", configured);
        NatsTlsOpts options = Trusting with { CertFile = cert, KeyFile = key };
        Assert.Equal("CN=configured", (await AssertAsync(options, null)).ClientSubject);
        Assert.Equal("CN=configured", (await AssertAsync(Configured(options, settings => settings.ClientCertificates = []), null)).ClientSubject);
        options = Configured(options, settings =>
        {
            if (bySelection)
            {
                settings.LocalCertificateSelectionCallback = (_, _, _, _, _) => set;
            }
            else
            {
                settings.ClientCertificates = [set];
            }
        });
        Assert.Equal("CN=set", (await AssertAsync(options, null)).ClientSubject);
    }

    [Fact]
    public async Task Versions_and_application_protocols_that_the_callback_sets_are_the_ones_agreed_on()
    {
        _server.ApplicationProtocols = [s_nats];
        NatsTlsOpts options = Configured(Trusting, settings =>
        {
            settings.EnabledSslProtocols = SslProtocols.Tls12;
            settings.ApplicationProtocols = [s_nats];
        });
        Seen seen = await AssertAsync(options, null);
        Assert.Equal((SslProtocols.Tls12, s_nats), (seen.Version, seen.Protocol));
        Assert.Equal(SslProtocols.Tls13, (await AssertAsync(Trusting, null)).Version);
    }

    [Fact]
    public async Task Encryption_policy_and_renegotiation_that_the_callback_sets_are_in_the_options_of_the_handshake()
    {
        SslClientAuthenticationOptions? used = null;
        NatsTlsOpts options = Configured(Trusting, settings =>
        {
            Assert.Equal((EncryptionPolicy.RequireEncryption, false), (settings.EncryptionPolicy, settings.AllowRenegotiation));
            (used, settings.AllowRenegotiation) = (settings, true);
#pragma warning disable SYSLIB0040 // the policy is obsolete because it is insecure: the test checks only that it is passed on
            settings.EncryptionPolicy = EncryptionPolicy.AllowNoEncryption;
#pragma warning restore SYSLIB0040
        });
        await AssertAsync(options, null);

        // The object that the callback got is the one that the handshake was done with, and nothing was set back.
        Assert.Equal((true, false), (used?.AllowRenegotiation, used?.EncryptionPolicy == EncryptionPolicy.RequireEncryption));
    }

    [Fact]
    public async Task Cipher_suites_that_the_callback_sets_are_the_only_ones_offered()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Throws<PlatformNotSupportedException>(() => Policy(TlsCipherSuite.TLS_AES_128_GCM_SHA256));
            return;
        }

        foreach (TlsCipherSuite suite in new[] { TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256 })
        {
            NatsTlsOpts options = Configured(Trusting, settings => settings.CipherSuitesPolicy = Policy(suite));
            Assert.Equal(suite, (await AssertAsync(options, null)).Suite);
        }

        [System.Diagnostics.CodeAnalysis.SuppressMessage("Interoperability", "CA1416", Justification = "That it throws there is what is asserted.")]
        static CipherSuitesPolicy Policy(TlsCipherSuite suite) => new([suite]);
    }

    private static NatsTlsOpts Configured(NatsTlsOpts options, Action<SslClientAuthenticationOptions> configure) => options with
    {
        ConfigureClientAuthentication = settings =>
        {
            configure(settings);
            return ValueTask.CompletedTask;
        },
    };

    /// <summary>Does one handshake and expects it to be refused with a text, or accepted; what the server has seen.</summary>
    private async Task<Seen> AssertAsync(NatsTlsOpts options, string? refusal)
    {
        var pair = new MemoryTransportPair();
        string? subject = null;
        _server.ClientCertificateRequired = true;
        _server.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            subject = certificate?.Subject;
            return true;
        };
        await using var server = new SslStream(new TransportStream(pair.Server));
        Task serving = server.AuthenticateAsServerAsync(_server, Token);
        ValueTask<ITransport> handshake = new TlsHandshake(options, new TlsPeer("localhost", "localhost")).RunAsync(pair.Client, Token);
        if (refusal is null)
        {
            using ITransport encrypted = await handshake.AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);
            await serving.WaitAsync(TimeSpan.FromSeconds(30), Token);
            return new Seen(subject, server.SslProtocol, server.NegotiatedApplicationProtocol, server.NegotiatedCipherSuite);
        }

        NatsTlsException refused = await Assert.ThrowsAsync<NatsTlsException>(() => handshake.AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token));
        Assert.Contains(refusal, refused.Message, StringComparison.Ordinal);
        await Record.ExceptionAsync(() => serving);
        return default;
    }

    private readonly record struct Seen(string? ClientSubject, SslProtocols Version, SslApplicationProtocol Protocol, TlsCipherSuite Suite);
}
