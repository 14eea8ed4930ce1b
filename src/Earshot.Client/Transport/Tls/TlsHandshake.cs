using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Earshot.Transport;

/// <summary>
/// From a connected transport to an encrypted one whose other end has proved its name. Decides what certificate is accepted; not
/// whether TLS is used.
/// </summary>
internal sealed class TlsHandshake(NatsTlsOpts options, TlsPeer peer)
{
    private string? _refusal;

    /// <summary>What was agreed on, for diagnosis.</summary>
    public IReadOnlyDictionary<string, string>? Agreed { get; private set; }

    /// <summary>Does the handshake and takes the transport over. The caller aborts the transport to cancel.</summary>
    /// <exception cref="NatsTlsException">A certificate or a file was refused.</exception>
    /// <exception cref="NatsServerException">The server answered in clear text.</exception>
    public async ValueTask<ITransport> RunAsync(ITransport transport, CancellationToken cancellationToken)
    {
        SslClientAuthenticationOptions settings = await SettingsAsync(cancellationToken).ConfigureAwait(false);
        var guard = new ServerHelloGuard(transport);
        var stream = new SslStream(new TransportStream(guard));
        try
        {
            await stream.AuthenticateAsClientAsync(settings, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (e is NatsException || e.InnerException is NatsException)
            {
                throw e as NatsException ?? e.InnerException!;
            }

            if (e is AuthenticationException)
            {
                throw new NatsTlsException(_refusal ?? $"The TLS handshake with '{peer.Host}' failed: {e.InnerException?.Message ?? e.Message}", e) { IsCertificateRefused = _refusal is not null };
            }

            throw;
        }

        Agreed = new Dictionary<string, string>
        {
            ["protocol"] = stream.SslProtocol.ToString(),
            ["cipher"] = stream.NegotiatedCipherSuite.ToString(),
            ["certificate expires"] = stream.RemoteCertificate is X509Certificate2 certificate
                ? certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)
                : "",
        };
        return new TlsTransport(stream, guard);
    }

    private async ValueTask<SslClientAuthenticationOptions> SettingsAsync(CancellationToken cancellationToken)
    {
        var settings = new SslClientAuthenticationOptions
        {
            TargetHost = options.ServerName ?? peer.Name,
            EnabledSslProtocols = SslProtocols.None, // the system's choice
            CertificateRevocationCheckMode = options.RevocationMode,
            AllowRenegotiation = false,
            RemoteCertificateValidationCallback = IsAccepted,
        };
        if (options.CaFile is { } file)
        {
            settings.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = options.RevocationMode };
            settings.CertificateChainPolicy.CustomTrustStore.AddRange(TlsCertificates.Authorities(file));
        }

        if (await ClientCertificateAsync(cancellationToken).ConfigureAwait(false) is { } client)
        {
            settings.ClientCertificateContext = SslStreamCertificateContext.Create(client.Certificate, client.Intermediates, offline: true);
        }

        if (options.ConfigureClientAuthentication is { } configure)
        {
            (X509ChainPolicy? policy, SslStreamCertificateContext? context) = (settings.CertificateChainPolicy, settings.ClientCertificateContext);
            await AskAsync(nameof(options.ConfigureClientAuthentication), async () => { await configure(settings).ConfigureAwait(false); return true; }, cancellationToken).ConfigureAwait(false);
            ApplyCallbackSettings(settings, policy, context);
        }

        return settings;
    }

    // SslStream reads some settings only if others are absent. Settings of the callback take precedence over those set here.
    private void ApplyCallbackSettings(SslClientAuthenticationOptions settings, X509ChainPolicy? policy, SslStreamCertificateContext? context)
    {
        if (settings.CertificateRevocationCheckMode != options.RevocationMode && policy is not null && settings.CertificateChainPolicy == policy)
        {
            policy.RevocationMode = settings.CertificateRevocationCheckMode;
        }

        if (settings.ClientCertificateContext == context && (settings.ClientCertificates is { Count: > 0 } || settings.LocalCertificateSelectionCallback is not null))
        {
            settings.ClientCertificateContext = null;
        }
    }

    private async ValueTask<(X509Certificate2 Certificate, X509Certificate2Collection Intermediates)?> ClientCertificateAsync(CancellationToken cancellationToken)
    {
        if (options.ClientCertificateCallback is not { } ask)
        {
            return TlsCertificates.OfClient(options);
        }

        X509Certificate2? certificate = await AskAsync(nameof(options.ClientCertificateCallback), () => ask(cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
        return certificate is { HasPrivateKey: true }
            ? (certificate, [])
            : throw new NatsTlsException("NatsTlsOpts.ClientCertificateCallback returned no certificate with a private key.") { IsOfCallback = true };
    }

    private static async Task<T> AskAsync<T>(string name, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        await Task.Yield(); // user code never runs on the loop that started the attempt
        try
        {
            return await ask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NatsTlsException($"NatsTlsOpts.{name} threw {e.GetType().Name}: {e.Message}", e) { IsOfCallback = true };
        }
    }

    private bool IsAccepted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.RemoteCertificateNameMismatch && certificate is X509Certificate2 shown && IsForAddress(shown))
        {
            errors = SslPolicyErrors.None;
        }

        if (options.RemoteCertificateValidationCallback is { } judge)
        {
            _refusal = $"NatsTlsOpts.RemoteCertificateValidationCallback refused the certificate of '{peer.Host}'.";
            return judge(sender, certificate, chain, errors);
        }

        if (errors == SslPolicyErrors.None || options.InsecureSkipVerify)
        {
            return true;
        }

        _refusal = Describe(errors, certificate, chain);
        return false;
    }

    // An announced address may be proved by the name of the server that announced it (checked already) or by itself.
    private bool IsForAddress(X509Certificate2 certificate) =>
        options.ServerName is null && peer.Host != peer.Name && IPAddress.TryParse(peer.Host, out _)
        && certificate.MatchesHostname(peer.Host, allowWildcards: false, allowCommonName: false);

    private string Describe(SslPolicyErrors errors, X509Certificate? certificate, X509Chain? chain)
    {
        string name = options.ServerName ?? peer.Name;
        string who = $"The certificate of '{peer.Host}' was refused: ";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return who + "the server did not present a certificate.";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            string why = chain is null ? "" : string.Join(", ", chain.ChainStatus.Select(status => status.Status.ToString()).Distinct());
            return $"{who}it is not trusted ({why}). Check that NatsTlsOpts.CaFile contains the issuing authority and that the certificate has not expired.";
        }

        return $"{who}it is not for '{name}' (subject: {Diagnostics.Redact.Printable(certificate?.Subject)}).";
    }
}
