using System.Diagnostics.CodeAnalysis;
using Earshot.Protocol;

namespace Earshot;

/// <summary>The INFO of a server: its properties and those of this connection. Immutable; an absent field has its default.</summary>
[SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "The shape .NET users of NATS know.")]
public sealed record NatsServerInfo : INatsServerInfo
{
    // Fields that are equal for all clients of a server are stored once for all of them.
    private readonly SharedServerInfo _server = SharedServerInfo.Nothing;

    /// <summary>Initializes an INFO without any field.</summary>
    public NatsServerInfo()
    {
    }

    internal NatsServerInfo(SharedServerInfo server) => _server = server;

    /// <inheritdoc/>
    public string Id { get => _server.Id; init => _server = _server with { Id = value }; }

    /// <inheritdoc/>
    public string Name { get => _server.Name; init => _server = _server with { Name = value }; }

    /// <inheritdoc/>
    public string Version { get => _server.Version; init => _server = _server with { Version = value }; }

    /// <inheritdoc/>
    public long ProtocolVersion { get => _server.ProtocolVersion; init => _server = _server with { ProtocolVersion = value }; }

    /// <inheritdoc/>
    public string GitCommit { get => _server.GitCommit; init => _server = _server with { GitCommit = value }; }

    /// <inheritdoc/>
    public string GoVersion { get => _server.GoVersion; init => _server = _server with { GoVersion = value }; }

    /// <inheritdoc/>
    public string Host { get => _server.Host; init => _server = _server with { Host = value }; }

    /// <inheritdoc/>
    public int Port { get => _server.Port; init => _server = _server with { Port = value }; }

    /// <inheritdoc/>
    public bool HeadersSupported { get => _server.HeadersSupported; init => _server = _server with { HeadersSupported = value }; }

    /// <inheritdoc/>
    public bool AuthRequired { get => _server.AuthRequired; init => _server = _server with { AuthRequired = value }; }

    /// <inheritdoc/>
    public bool TlsRequired { get => _server.TlsRequired; init => _server = _server with { TlsRequired = value }; }

    /// <inheritdoc/>
    public bool TlsVerify { get => _server.TlsVerify; init => _server = _server with { TlsVerify = value }; }

    /// <inheritdoc/>
    public bool TlsAvailable { get => _server.TlsAvailable; init => _server = _server with { TlsAvailable = value }; }

    /// <inheritdoc/>
    public int MaxPayload { get => _server.MaxPayload; init => _server = _server with { MaxPayload = value }; }

    /// <inheritdoc/>
    public bool JetStreamAvailable { get => _server.JetStreamAvailable; init => _server = _server with { JetStreamAvailable = value }; }

    /// <inheritdoc/>
    public ulong ClientId { get; init; }

    /// <inheritdoc/>
    public string ClientIp { get => _server.ClientIp; init => _server = _server with { ClientIp = value }; }

    /// <inheritdoc/>
    public string? Nonce { get; init; }

    /// <inheritdoc/>
    public string? Cluster { get => _server.Cluster; init => _server = _server with { Cluster = value }; }

    /// <inheritdoc/>
    public bool ClusterDynamic { get => _server.ClusterDynamic; init => _server = _server with { ClusterDynamic = value }; }

    /// <inheritdoc/>
    public string[]? ClientConnectUrls { get => _server.ClientConnectUrls.ToArray(); init => _server = _server with { ClientConnectUrls = new(value) }; }

    /// <inheritdoc/>
    public string[]? WebSocketConnectUrls { get => _server.WebSocketConnectUrls.ToArray(); init => _server = _server with { WebSocketConnectUrls = new(value) }; }

    /// <inheritdoc/>
    public bool LameDuckMode { get => _server.LameDuckMode; init => _server = _server with { LameDuckMode = value }; }

    /// <summary>True for the INFO that answers CONNECT: only it has the limits and the account of this client.</summary>
    public bool IsConnectInfo { get => _server.IsConnectInfo; init => _server = _server with { IsConnectInfo = value }; }

    /// <summary>The account this connection is bound to; null until the answer to CONNECT.</summary>
    public string? RemoteAccount { get => _server.RemoteAccount; init => _server = _server with { RemoteAccount = value }; }

    /// <summary>Whether that account is the system account.</summary>
    public bool IsSystemAccount { get => _server.IsSystemAccount; init => _server = _server with { IsSystemAccount = value }; }

    /// <summary>The level of the JetStream API; 0 for servers before 2.12.</summary>
    public int ApiLevel { get => _server.ApiLevel; init => _server = _server with { ApiLevel = value }; }

    /// <summary>The JetStream domain; null where none is configured.</summary>
    public string? Domain { get => _server.Domain; init => _server = _server with { Domain = value }; }

    /// <summary>The public curve key of the server; null where it does not say.</summary>
    public string? XKey { get => _server.XKey; init => _server = _server with { XKey = value }; }

    /// <summary>Returns name, version and address of the server, never the nonce.</summary>
    /// <returns>Name, version and place of the server.</returns>
    public override string ToString() =>
        $"NATS server {Name} {Version} at {Host}:{Port}, cluster {Cluster ?? "none"}, client {ClientId}, max payload {MaxPayload}{(LameDuckMode ? ", lame duck" : string.Empty)}";
}
