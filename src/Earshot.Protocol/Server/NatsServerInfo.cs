using System.Diagnostics.CodeAnalysis;

namespace Earshot;

/// <summary>What a server says about itself and about this connection in INFO. Immutable; what was not said has its default.</summary>
[SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "The shape .NET users of NATS know.")]
public sealed record NatsServerInfo : INatsServerInfo
{
    /// <inheritdoc/>
    public string Id { get; init; } = string.Empty;

    /// <inheritdoc/>
    public string Name { get; init; } = string.Empty;

    /// <inheritdoc/>
    public string Version { get; init; } = string.Empty;

    /// <inheritdoc/>
    public long ProtocolVersion { get; init; }

    /// <inheritdoc/>
    public string GitCommit { get; init; } = string.Empty;

    /// <inheritdoc/>
    public string GoVersion { get; init; } = string.Empty;

    /// <inheritdoc/>
    public string Host { get; init; } = string.Empty;

    /// <inheritdoc/>
    public int Port { get; init; }

    /// <inheritdoc/>
    public bool HeadersSupported { get; init; }

    /// <inheritdoc/>
    public bool AuthRequired { get; init; }

    /// <inheritdoc/>
    public bool TlsRequired { get; init; }

    /// <inheritdoc/>
    public bool TlsVerify { get; init; }

    /// <inheritdoc/>
    public bool TlsAvailable { get; init; }

    /// <inheritdoc/>
    public int MaxPayload { get; init; }

    /// <inheritdoc/>
    public bool JetStreamAvailable { get; init; }

    /// <inheritdoc/>
    public ulong ClientId { get; init; }

    /// <inheritdoc/>
    public string ClientIp { get; init; } = string.Empty;

    /// <inheritdoc/>
    public string? Nonce { get; init; }

    /// <inheritdoc/>
    public string? Cluster { get; init; }

    /// <inheritdoc/>
    public bool ClusterDynamic { get; init; }

    /// <inheritdoc/>
    public string[]? ClientConnectUrls { get; init; }

    /// <inheritdoc/>
    public string[]? WebSocketConnectUrls { get; init; }

    /// <inheritdoc/>
    public bool LameDuckMode { get; init; }

    /// <summary>True for the INFO that answers CONNECT: only it has the limits and the account of this client.</summary>
    public bool IsConnectInfo { get; init; }

    /// <summary>The account this connection is bound to; null until the answer to CONNECT.</summary>
    public string? RemoteAccount { get; init; }

    /// <summary>Whether that account is the system account.</summary>
    public bool IsSystemAccount { get; init; }

    /// <summary>The level of the JetStream API; 0 for servers before 2.12.</summary>
    public int ApiLevel { get; init; }

    /// <summary>The JetStream domain; null where none is configured.</summary>
    public string? Domain { get; init; }

    /// <summary>The public curve key of the server; null where it does not say.</summary>
    public string? XKey { get; init; }

    /// <summary>A line for people. Never holds the nonce.</summary>
    /// <returns>Name, version and place of the server.</returns>
    public override string ToString() =>
        $"NATS server {Name} {Version} at {Host}:{Port}, cluster {Cluster ?? "none"}, client {ClientId}, max payload {MaxPayload}{(LameDuckMode ? ", lame duck" : string.Empty)}";
}
