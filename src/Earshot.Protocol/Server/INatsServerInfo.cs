using System.Diagnostics.CodeAnalysis;

namespace Earshot;

/// <summary>The INFO of a server: its properties and those of this connection. Immutable.</summary>
[SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "The shape .NET users of NATS know.")]
public interface INatsServerInfo
{
    /// <summary>The public key of the server.</summary>
    string Id { get; }

    /// <summary>The configured name, otherwise the id.</summary>
    string Name { get; }

    /// <summary>The version of the server, such as "2.12.0".</summary>
    string Version { get; }

    /// <summary>The version of the client protocol; 1 for every server of the last years.</summary>
    long ProtocolVersion { get; }

    /// <summary>The revision the server was built from; empty where it does not say.</summary>
    string GitCommit { get; }

    /// <summary>The version of Go the server was built with.</summary>
    string GoVersion { get; }

    /// <summary>The host the server listens on. May be 0.0.0.0: nothing to dial.</summary>
    string Host { get; }

    /// <summary>The port the server listens on or advertises.</summary>
    int Port { get; }

    /// <summary>Whether messages can have headers.</summary>
    bool HeadersSupported { get; }

    /// <summary>Whether the server requires credentials.</summary>
    bool AuthRequired { get; }

    /// <summary>Whether the connection must be upgraded to TLS.</summary>
    bool TlsRequired { get; }

    /// <summary>Whether the client must present a certificate.</summary>
    bool TlsVerify { get; }

    /// <summary>Whether the connection can be upgraded to TLS.</summary>
    bool TlsAvailable { get; }

    /// <summary>The largest message in bytes, headers included, that this client may publish.</summary>
    int MaxPayload { get; }

    /// <summary>Whether JetStream is enabled on the server.</summary>
    bool JetStreamAvailable { get; }

    /// <summary>The number of this connection on the server.</summary>
    ulong ClientId { get; }

    /// <summary>The address of the client as the server sees it; empty where the server does not say.</summary>
    string ClientIp { get; }

    /// <summary>What the client signs to prove its key; only in the first INFO of a connection.</summary>
    string? Nonce { get; }

    /// <summary>The name of the cluster; null outside of one.</summary>
    string? Cluster { get; }

    /// <summary>Whether the server generated the name of the cluster.</summary>
    bool ClusterDynamic { get; }

    /// <summary>The addresses that clients can connect to, as host:port. Null means no information rather than no address.</summary>
    string[]? ClientConnectUrls { get; }

    /// <summary>The addresses that WebSocket clients can connect to. Current servers never send them.</summary>
    string[]? WebSocketConnectUrls { get; }

    /// <summary>Whether the server is in lame duck mode: it is about to shut down (ADR-5).</summary>
    bool LameDuckMode { get; }
}
