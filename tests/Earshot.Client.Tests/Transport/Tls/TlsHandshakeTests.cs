using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Transport;

/// <summary>Which certificate of a server is accepted, what a callback decides, and what each refusal says.</summary>
public sealed class TlsHandshakeTests
{
    private static CancellationToken Token => TlsRig.Token;

    [Fact]
    public async Task What_was_agreed_on_is_recorded()
    {
        using var rig = new TlsRig(["localhost"]);
        using ITransport client = await rig.OpenAsync();
        Assert.Equal(rig.Server.SslProtocol.ToString(), rig.Handshake!.Agreed!["protocol"]);
        Assert.Equal(rig.Server.NegotiatedCipherSuite.ToString(), rig.Handshake.Agreed["cipher"]);
        DateTime end = ((X509Certificate2)rig.Settings.ServerCertificate!).NotAfter.ToUniversalTime();
        Assert.Equal(end.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture), rig.Handshake.Agreed["certificate expires"]);
        Assert.Equal(rig.Pair.Client.RemoteEndPoint, client.RemoteEndPoint);
        Assert.Equal(rig.Pair.Client.Progress?.Acknowledged, client.Progress?.Acknowledged);
    }

    [Theory]
    [InlineData("10.1.2.3", "seed.test", null, "seed.test", true)] // an announced address proves the name of the one that announced it
    [InlineData("10.1.2.3", "seed.test", null, "10.1.2.3", true)] // or itself
    [InlineData("10.1.2.3", "seed.test", null, "10.1.2.4", false)]
    [InlineData("10.1.2.3", "10.1.2.3", null, "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.3", null, "10.1.2.4", false)]
    [InlineData("other.test", "seed.test", null, "other.test", false)] // a name that was announced proves nothing
    [InlineData("10.1.2.3", "seed.test", "fixed.test", "10.1.2.3", false)] // the option is the only name
    [InlineData("10.1.2.3", "seed.test", "fixed.test", "seed.test", false)]
    [InlineData("10.1.2.3", "seed.test", "fixed.test", "fixed.test", true)]
    [InlineData("localhost", "localhost", null, "elsewhere", false)]
    public async Task Certificates_prove_the_name_that_is_expected(string host, string name, string? option, string certificate, bool isAccepted)
    {
        using var rig = new TlsRig([certificate]);
        NatsTlsOpts options = rig.Trusting with { ServerName = option };
        if (isAccepted)
        {
            using ITransport client = await rig.OpenAsync(options, new TlsPeer(host, name));
            Assert.NotNull(rig.Handshake!.Agreed);
        }
        else
        {
            NatsTlsException refused = await rig.RefusedAsync(options, new TlsPeer(host, name));
            Assert.Equal($"The certificate of '{host}' was refused: it is not for '{option ?? name}' (subject: CN={certificate}).", refused.Message);
            Assert.True(refused.IsCertificateRefused);
            Assert.Null(rig.Handshake!.Agreed);
        }
    }

    [Fact]
    public async Task Certificates_that_are_not_trusted_are_refused_with_the_reason()
    {
        using var unknown = new TlsRig(["localhost"]);
        NatsTlsException refused = await unknown.RefusedAsync(new NatsTlsOpts());
        Assert.StartsWith("The certificate of 'localhost' was refused: it is not trusted (PartialChain", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(". Check that NatsTlsOpts.CaFile contains the issuing authority and that the certificate has not expired.", refused.Message, StringComparison.Ordinal);
        using var expired = new TlsRig(["localhost"], isExpired: true);
        Assert.Contains("it is not trusted (NotTimeValid)", (await expired.RefusedAsync()).Message, StringComparison.Ordinal);
        using var both = new TlsRig(["elsewhere"]);
        Assert.Contains("it is not trusted", (await both.RefusedAsync(new NatsTlsOpts())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Verification_is_skipped_only_on_request(bool skips)
    {
        using var rig = new TlsRig(["elsewhere"], isExpired: true);
        if (skips)
        {
            using ITransport client = await rig.OpenAsync(new NatsTlsOpts { InsecureSkipVerify = true });
        }
        else
        {
            await rig.RefusedAsync(new NatsTlsOpts());
        }

        Assert.Equal(skips, rig.Handshake!.Agreed is not null);
    }

    [Theory]
    [InlineData("localhost", "localhost", "localhost", SslPolicyErrors.None)]
    [InlineData("localhost", "localhost", "elsewhere", SslPolicyErrors.RemoteCertificateNameMismatch)]
    [InlineData("10.1.2.3", "seed.test", "10.1.2.3", SslPolicyErrors.None)] // the rule for announced addresses comes before the callback
    public async Task The_callback_decides_after_the_built_in_checks(string host, string name, string certificate, SslPolicyErrors expected)
    {
        foreach (bool accepts in (bool[])[true, false])
        {
            using var rig = new TlsRig([certificate]);
            SslPolicyErrors? found = null;
            NatsTlsOpts options = rig.Trusting with { InsecureSkipVerify = true, RemoteCertificateValidationCallback = (_, _, _, errors) => { found = errors; return accepts; } };
            if (accepts)
            {
                using ITransport client = await rig.OpenAsync(options, new TlsPeer(host, name));
            }
            else
            {
                NatsTlsException refused = await rig.RefusedAsync(options, new TlsPeer(host, name));
                Assert.Equal($"NatsTlsOpts.RemoteCertificateValidationCallback refused the certificate of '{host}'.", refused.Message);
                Assert.True(refused.IsCertificateRefused);
            }

            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public async Task A_handshake_that_fails_for_another_reason_is_not_a_refused_certificate()
    {
        using var rig = new TlsRig(["localhost"]);
        await rig.Pair.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Token);
        NatsTlsException failed = await Assert.ThrowsAsync<NatsTlsException>(() => rig.RunAsync(null, null, Token));
        Assert.StartsWith("The TLS handshake with 'localhost' failed: ", failed.Message, StringComparison.Ordinal);
        Assert.False(failed.IsCertificateRefused);
        Assert.True(rig.Pair.Client.IsClosed);
    }

    [Fact]
    public async Task An_error_in_plain_text_is_the_error_of_the_server()
    {
        using var rig = new TlsRig(["localhost"]);
        await rig.Pair.WriteAsync("-ERR 'Connection throttling is active. Please try again later.'\r\n"u8.ToArray(), Token);
        NatsServerException refused = await Assert.ThrowsAsync<NatsServerException>(() => rig.RunAsync(null, null, Token));
        Assert.Contains("throttling", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transport_that_breaks_is_not_an_error_of_TLS()
    {
        using var rig = new TlsRig(["localhost"]);
        rig.Pair.Abort();
        Exception broken = await Assert.ThrowsAnyAsync<Exception>(() => rig.RunAsync(null, null, Token));
        Assert.IsNotType<NatsTlsException>(broken);
        Assert.True(rig.Pair.Client.IsClosed);
    }

    [Fact]
    public async Task The_certificate_of_the_callback_is_presented()
    {
        using var rig = new TlsRig(["localhost"]);
        using X509Certificate2 own = rig.Certificates.Issue(["client"]);
        string? subject = null;
        rig.Settings.ClientCertificateRequired = true;
        rig.Settings.RemoteCertificateValidationCallback = (_, certificate, _, _) => { subject = certificate?.Subject; return true; };
        using ITransport client = await rig.OpenAsync(rig.Trusting with { ClientCertificateCallback = _ => ValueTask.FromResult(own) });
        Assert.Equal("CN=client", subject);
    }

    [Fact]
    public async Task Callbacks_that_give_nothing_usable_fail_the_handshake_with_their_name()
    {
        using var rig = new TlsRig(["localhost"]);
        using X509Certificate2 bare = TlsRig.WithoutKey((X509Certificate2)rig.Settings.ServerCertificate!);
        const string None = "NatsTlsOpts.ClientCertificateCallback returned no certificate with a private key.";
        await FailsAsync(rig.Trusting with { ClientCertificateCallback = _ => ValueTask.FromResult(bare) }, None);
        await FailsAsync(rig.Trusting with { ClientCertificateCallback = _ => ValueTask.FromResult<X509Certificate2>(null!) }, None);
        await FailsAsync(
            rig.Trusting with { ClientCertificateCallback = _ => throw new InvalidOperationException("vault is sealed") },
            "NatsTlsOpts.ClientCertificateCallback threw InvalidOperationException: vault is sealed");
        await FailsAsync(
            rig.Trusting with { ConfigureClientAuthentication = _ => throw new InvalidOperationException("no") },
            "NatsTlsOpts.ConfigureClientAuthentication threw InvalidOperationException: no");

        async Task FailsAsync(NatsTlsOpts options, string message)
        {
            NatsTlsException failed = await Assert.ThrowsAsync<NatsTlsException>(() => rig.RunAsync(options, null, Token));
            Assert.Equal(message, failed.Message);
            Assert.True(failed.IsOfCallback);
            Assert.Equal(0, rig.Pair.Client.Sends);
        }
    }

    [Fact]
    public async Task A_callback_that_hangs_ends_with_the_attempt()
    {
        using var rig = new TlsRig(["localhost"]);
        using var stop = new CancellationTokenSource();
        var never = new TaskCompletionSource<X509Certificate2>();
        Task<ITransport> running = rig.RunAsync(rig.Trusting with { ClientCertificateCallback = _ => new ValueTask<X509Certificate2>(never.Task) }, null, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Callbacks_do_not_run_on_the_thread_that_starts_the_handshake()
    {
        using var rig = new TlsRig(["localhost"]);
        using var isStarted = new ManualResetEventSlim();
        Task<ITransport> running = rig.RunAsync(rig.Trusting with { ClientCertificateCallback = _ => { isStarted.Wait(Token); throw new InvalidOperationException("late"); } }, null, Token);
        isStarted.Set();
        Assert.Contains("late", (await Assert.ThrowsAsync<NatsTlsException>(() => running)).Message, StringComparison.Ordinal);
    }
}
