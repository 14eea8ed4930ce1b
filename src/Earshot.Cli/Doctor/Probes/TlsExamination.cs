using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Doctor;

/// <summary>
/// Does TLS handshakes that accept every certificate and keep what is wrong with it. Nothing secret is sent inside of them. The certificate of
/// the client is loaded once; dispose the examination to erase it.
/// </summary>
internal sealed class TlsExamination : IDisposable
{
    private readonly NatsTlsOpts _options;
    private readonly string _host;
    private readonly X509Certificate2Collection _authorities = [];
    private readonly X509Certificate2? _own;

    /// <summary>Reads the files of the options.</summary>
    /// <exception cref="ToolException">A file cannot be used.</exception>
    public TlsExamination(NatsTlsOpts options, string host)
    {
        _options = options;
        _host = options.ServerName ?? host;
        if (options.CaFile is { } authorities)
        {
            Use(authorities, () => _authorities.ImportFromPemFile(authorities));
        }

        if (options.CertFile is { } certificate)
        {
            X509Certificate2? own = null;
            Use(certificate, () => own = X509Certificate2.CreateFromPemFile(certificate, options.KeyFile));
            _own = own;
        }
    }

    /// <summary>Does the handshake on a stream and returns what it showed.</summary>
    /// <exception cref="AuthenticationException">The two sides do not agree.</exception>
    [SuppressMessage("Security", "CA5359:Do Not Disable Certificate Validation", Justification = "The certificate is judged after the handshake, and nothing secret is sent.")]
    public async Task<CertificateFacts> HandshakeAsync(SslStream stream, CancellationToken cancellationToken)
    {
        CertificateFacts? shown = null;
        var settings = new SslClientAuthenticationOptions
        {
            TargetHost = _host,
            EnabledSslProtocols = SslProtocols.None, // the system's choice
            CertificateRevocationCheckMode = _options.RevocationMode,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                shown = CertificateFacts.Of(_host, certificate as X509Certificate2, chain, errors);
                return true;
            },
        };
        if (_options.CaFile is not null)
        {
            settings.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = _options.RevocationMode };
            settings.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
        }

        if (_own is not null)
        {
            settings.ClientCertificateContext = SslStreamCertificateContext.Create(_own, null, offline: true);
        }

        await stream.AuthenticateAsClientAsync(settings, cancellationToken).ConfigureAwait(false);
        CertificateFacts facts = shown ?? new CertificateFacts { Host = _host, Errors = SslPolicyErrors.RemoteCertificateNotAvailable };
        return facts with { Protocol = Name(stream.SslProtocol), Cipher = stream.NegotiatedCipherSuite.ToString() };
    }

    public void Dispose()
    {
        _own?.Dispose();
        foreach (X509Certificate2 authority in _authorities)
        {
            authority.Dispose();
        }
    }

    private static string Name(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLS 1.3",
        SslProtocols.Tls12 => "TLS 1.2",
        _ => protocol.ToString(),
    };

    private static void Use(string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ToolException(ExitCode.File, $"The TLS file '{file}' (or the key that belongs to it) cannot be used: {e.Message}", e);
        }
    }
}
