namespace Earshot;

/// <summary>When a connection uses TLS.</summary>
public enum TlsMode
{
    /// <summary><see cref="Require"/> for tls:// URLs and when a certificate, a CA or a callback is configured; otherwise <see cref="Prefer"/>.</summary>
    Auto = 0,

    /// <summary>TLS when the server requires or offers it. An attacker who controls the network can prevent the upgrade.</summary>
    Prefer = 1,

    /// <summary>TLS after INFO; nothing is sent to a server that does not offer it.</summary>
    Require = 2,

    /// <summary>TLS before the first byte (<c>handshake_first</c> of the server).</summary>
    Implicit = 3,

    /// <summary>No TLS; connecting to a server that requires it fails.</summary>
    Disable = 4,
}
