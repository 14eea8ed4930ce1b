namespace Earshot.Protocol;

/// <summary>
/// The fields of an INFO that do not differ between the clients of a server: see <see cref="NatsServerInfo"/> for each. Ten thousand
/// connections to one server share one instance. Filled by its creator and never changed afterwards.
/// </summary>
internal sealed record SharedServerInfo
{
    public static readonly SharedServerInfo Nothing = new();

    private const int Servers = 31;

    // The latest instance of each slot. A server has two, because its INFO after CONNECT differs from the one before.
    private static readonly SharedServerInfo?[] s_known = new SharedServerInfo?[2 * Servers];

    public string Id { get; set; } = string.Empty;

    public string Name { get; set; } = string.Empty;

    public string Version { get; set; } = string.Empty;

    public long ProtocolVersion { get; set; }

    public string GitCommit { get; set; } = string.Empty;

    public string GoVersion { get; set; } = string.Empty;

    public string Host { get; set; } = string.Empty;

    public int Port { get; set; }

    public bool HeadersSupported { get; set; }

    public bool AuthRequired { get; set; }

    public bool TlsRequired { get; set; }

    public bool TlsVerify { get; set; }

    public bool TlsAvailable { get; set; }

    public int MaxPayload { get; set; }

    public bool JetStreamAvailable { get; set; }

    public string ClientIp { get; set; } = string.Empty;

    public string? Cluster { get; set; }

    public bool ClusterDynamic { get; set; }

    public UrlList ClientConnectUrls { get; set; }

    public UrlList WebSocketConnectUrls { get; set; }

    public bool LameDuckMode { get; set; }

    public bool IsConnectInfo { get; set; }

    public string? RemoteAccount { get; set; }

    public bool IsSystemAccount { get; set; }

    public int ApiLevel { get; set; }

    public string? Domain { get; set; }

    public string? XKey { get; set; }

    /// <summary>The same, or what is equal to it and known already. A race only makes one twice.</summary>
    public SharedServerInfo Shared()
    {
        uint server = (uint)Id.GetHashCode(StringComparison.Ordinal) % Servers;
        ref SharedServerInfo? place = ref s_known[(2 * server) + (IsConnectInfo ? 1 : 0)];
        if (Volatile.Read(ref place) is { } known && known == this)
        {
            return known;
        }

        Volatile.Write(ref place, this);
        return this;
    }
}
