using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Earshot.Diagnostics;

namespace Earshot;

/// <summary>
/// How the connection proves the server's identity and its own. Immutable and safe to share between connections. Files are read and
/// callbacks asked anew at every attempt. Once a connection has used TLS, or was told to, nothing of it ever travels in plain text
/// again: on no reconnect and to no discovered server. Also used for wss:// URLs.
/// </summary>
/// <remarks>
/// Protocol versions and ciphers are the system's. A server learnt from another one by a bare IP address may show a certificate for
/// that address or for the host name of the server that was configured.
/// Source: https://docs.nats.io/using-nats/developer/connecting/tls.
/// </remarks>
public sealed record NatsTlsOpts
{
    /// <summary>All defaults: TLS where the URL or the server asks for it, verified against the system's trust store. A new object each time.</summary>
    public static NatsTlsOpts Default => new();

    /// <summary>PEM file with the client's certificate and its intermediates; with <see cref="KeyFile"/>. Default: none.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file with the key of <see cref="CertFile"/>. Default: none.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Password of an encrypted <see cref="KeyFile"/>. Default: none.</summary>
    public string? KeyFilePassword { get; init; }

    /// <summary>PKCS#12 (.pfx) file with the client's certificate and key; instead of <see cref="CertFile"/>. Default: none.</summary>
    public string? CertBundleFile { get; init; }

    /// <summary>Password of <see cref="CertBundleFile"/>. Default: none.</summary>
    public string? CertBundleFilePassword { get; init; }

    /// <summary>Gives the client's certificate, with its private key, for an attempt; instead of files. Runs on the thread pool within the connect timeout; the caller keeps the certificate. Default: none.</summary>
    public Func<CancellationToken, ValueTask<X509Certificate2>>? ClientCertificateCallback { get; init; }

    /// <summary>PEM file with the only authorities to trust. Default: the system's trust store.</summary>
    public string? CaFile { get; init; }

    /// <summary>The name that server certificates must be for, whatever the URL says. Default: the host of the URL.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether revoked server certificates are looked for. Default: no, as in other clients of NATS.</summary>
    public X509RevocationMode RevocationMode { get; init; } = X509RevocationMode.NoCheck;

    /// <summary>Judges the server's certificate after the built-in checks, whose result it is given. Must not wait. Default: none.</summary>
    public RemoteCertificateValidationCallback? RemoteCertificateValidationCallback { get; init; }

    /// <summary>
    /// Changes the options of the handshake last of all, for each attempt: what it sets wins over everything here. A revocation mode that
    /// it sets counts with <see cref="CaFile"/> too, a certificate that it sets replaces the one configured here, and a validation callback
    /// replaces the built-in checks of the result, <see cref="InsecureSkipVerify"/> included. Default: none.
    /// </summary>
    public Func<SslClientAuthenticationOptions, ValueTask>? ConfigureClientAuthentication { get; init; }

    /// <summary>Accepts any certificate: whoever answers can read and change everything. The journal says so once. Default: false.</summary>
    public bool InsecureSkipVerify { get; init; }

    /// <summary>When TLS is used. Default: <see cref="TlsMode.Auto"/>.</summary>
    public TlsMode Mode { get; init; } = TlsMode.Auto;

    /// <summary>Whether something here only makes sense with TLS, so that <see cref="TlsMode.Auto"/> means it.</summary>
    internal bool AsksForTls => CertFile is not null || KeyFile is not null || CertBundleFile is not null || CaFile is not null
        || ServerName is not null || InsecureSkipVerify || ClientCertificateCallback is not null
        || RemoteCertificateValidationCallback is not null || ConfigureClientAuthentication is not null;

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Mode = ").Append(Mode);
        if (InsecureSkipVerify)
        {
            builder.Append(", InsecureSkipVerify = True");
        }

        Redact.AppendIfSet(builder, nameof(CertFile), CertFile);
        Redact.AppendIfSet(builder, nameof(KeyFile), KeyFile);
        Redact.AppendIfSet(builder, nameof(KeyFilePassword), KeyFilePassword);
        Redact.AppendIfSet(builder, nameof(CertBundleFile), CertBundleFile);
        Redact.AppendIfSet(builder, nameof(CertBundleFilePassword), CertBundleFilePassword);
        Redact.AppendIfSet(builder, nameof(CaFile), CaFile);
        return true;
    }
}
