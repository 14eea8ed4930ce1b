using Earshot.Cli.Shell;

namespace Earshot.Cli.Doctor;

/// <summary>When a connection uses TLS, from its options and URL, as the client decides. Pure.</summary>
internal static class TlsPlan
{
    /// <summary>Whether TLS comes before the first byte.</summary>
    public static bool IsFirst(NatsTlsOpts options, string scheme) => scheme == "wss" || (options.Mode == TlsMode.Implicit && scheme != "ws");

    /// <summary>Whether nothing is sent without TLS.</summary>
    public static bool IsDemanded(NatsTlsOpts options, string scheme) => scheme is "tls" or "wss" || options.Mode is TlsMode.Require or TlsMode.Implicit
        || (options.Mode == TlsMode.Auto && (options.CertFile is not null || options.CaFile is not null || options.CertBundleFile is not null));

    /// <summary>What prevents TLS before the handshake; null when nothing does.</summary>
    public static Finding? Contradiction(NatsTlsOpts options, string scheme, ServerFacts server)
    {
        bool isOffered = server.IsTlsRequired || server.IsTlsAvailable;
        if (!isOffered && IsDemanded(options, scheme))
        {
            return new Finding(
                ExitCode.Tls,
                "tlsNotOffered",
                "TLS is required here and the server does not offer it",
                "The server does not offer TLS: add a tls block to its configuration, or connect without TLS (a nats:// URL and no TLS options).");
        }

        return isOffered && server.IsCertificateRequired && options.CertFile is null && options.CertBundleFile is null
            ? new Finding(
                ExitCode.Tls,
                "clientCertificateMissing",
                "the server requires a client certificate and none is given",
                "The server requires a certificate of the client: pass --tlscert FILE and --tlskey FILE.")
            : null;
    }

    /// <summary>The client starts with TLS and the server with INFO.</summary>
    public static Finding NotFirst { get; } = new(
        ExitCode.Tls,
        "tlsNotFirst",
        "TLS was expected first, and the server starts with INFO in clear text",
        "The server does not start with TLS: leave out --tlsfirst, or set handshake_first in the server's tls block.");

    /// <summary>The server starts with TLS and the client waits for INFO.</summary>
    public static Finding First { get; } = new(
        ExitCode.Tls,
        "tlsFirst",
        "the server says nothing before TLS, and INFO inside of it",
        "The server starts with TLS: pass --tlsfirst.");
}
