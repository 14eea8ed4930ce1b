namespace Earshot;

/// <summary>When a connection uses TLS.</summary>
public enum TlsMode
{
    /// <summary>As <see cref="Require"/> for tls:// URLs and when a certificate, a CA or a callback is configured, else as <see cref="Prefer"/>.</summary>
    Auto = 0,

    /// <summary>Upgrades when the server requires or offers TLS. Who controls the network can keep such a connection in plain text.</summary>
    Prefer = 1,

    /// <summary>Upgrades after INFO; nothing is sent to a server that offers no TLS.</summary>
    Require = 2,

    /// <summary>TLS before the first byte (the server's <c>handshake_first</c>).</summary>
    Implicit = 3,

    /// <summary>No TLS; a server that requires it is not connected to.</summary>
    Disable = 4,
}
