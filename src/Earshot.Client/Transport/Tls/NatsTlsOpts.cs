using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Earshot.Diagnostics;

namespace Earshot;

/// <summary>
/// The TLS options of a connection: how it verifies the server and identifies itself. Immutable; can be shared by connections; also
/// used for wss:// URLs. Files are read and callbacks called at every attempt. Once a connection has used TLS, or was configured to, it
/// never sends in plain text again, neither on a reconnect nor to a discovered server.
/// </summary>
/// <remarks>
/// Protocol versions and ciphers are the system's. A server learnt from another one by a bare IP address may show a certificate for
/// that address or for the host name of the server that was configured.
/// Source: https://docs.nats.io/using-nats/developer/connecting/tls.
/// </remarks>
public sealed record NatsTlsOpts
{
    /// <summary>Default options: TLS where the URL or the server requires it, verified against the system's trust store. A new object each time.</summary>
    public static NatsTlsOpts Default => new();

    /// <summary>PEM file with the client certificate and its intermediates; requires <see cref="KeyFile"/>. Default: none.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file with the private key of <see cref="CertFile"/>. Default: none.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Password of an encrypted <see cref="KeyFile"/>. Default: none.</summary>
    public string? KeyFilePassword { get; init; }

    /// <summary>PKCS#12 (.pfx) file with the client certificate and its key, in place of <see cref="CertFile"/>. Default: none.</summary>
    public string? CertBundleFile { get; init; }

    /// <summary>Password of the <see cref="CertBundleFile"/>. Default: none.</summary>
    public string? CertBundleFilePassword { get; init; }

    /// <summary>Callback that returns the client certificate with its private key for an attempt, in place of files. Default: none.</summary>
    /// <remarks>Runs on the thread pool within <see cref="NatsOpts.ConnectTimeout"/>. The caller keeps ownership of the certificate.</remarks>
    public Func<CancellationToken, ValueTask<X509Certificate2>>? ClientCertificateCallback { get; init; }

    /// <summary>PEM file with the only certificate authorities to trust. Default: the system's trust store.</summary>
    public string? CaFile { get; init; }

    /// <summary>Host name that server certificates must be issued for. Default: the host of the URL.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether server certificates are checked for revocation. Default: no, as in other NATS clients.</summary>
    public X509RevocationMode RevocationMode { get; init; } = X509RevocationMode.NoCheck;

    /// <summary>
    /// Callback that decides on the server certificate after the built-in checks, whose result it receives. It must not block. Default:
    /// none.
    /// </summary>
    public RemoteCertificateValidationCallback? RemoteCertificateValidationCallback { get; init; }

    /// <summary>
    /// Callback that changes the options of the TLS handshake last, for each attempt; what it sets overrides the other options. Default:
    /// none.
    /// </summary>
    /// <remarks>
    /// A revocation mode that it sets applies with <see cref="CaFile"/> too, a certificate that it sets replaces the configured one, and a
    /// validation callback replaces the built-in checks, <see cref="InsecureSkipVerify"/> included.
    /// </remarks>
    public Func<SslClientAuthenticationOptions, ValueTask>? ConfigureClientAuthentication { get; init; }

    /// <summary>
    /// Whether any server certificate is accepted. Insecure: an attacker in between can read and change all data. The journal reports it
    /// once. Default: false.
    /// </summary>
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
