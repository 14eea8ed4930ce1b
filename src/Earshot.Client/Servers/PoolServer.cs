namespace Earshot.Servers;

/// <summary>
/// One entry of the pool with its attempts and failures. Immutable; changed only by the pool.
/// </summary>
internal sealed record PoolServer
{
    /// <summary>Stays the same for the life of the entry and is never given to another one.</summary>
    public required int Id { get; init; }

    public required ServerAddress Address { get; init; }

    /// <summary>Learnt from a server's <c>connect_urls</c>, not given by the user.</summary>
    public bool IsDiscovered { get; init; }

    /// <summary>
    /// The configured entry at the start of the chain through which this server was discovered: its credentials are used and, for a bare IP
    /// address, its name for TLS. Kept here because that entry may have been removed from the pool meanwhile.
    /// </summary>
    public ServerAddress? DiscoveredThrough { get; init; }

    /// <summary>Failed attempts since the last success.</summary>
    public int Attempts { get; init; }

    public string? LastError { get; init; }

    /// <summary>When the last session with it that is over began.</summary>
    public TimeSpan? LastConnected { get; init; }

    /// <summary>Not tried any more until unparked, and still reported.</summary>
    public bool IsParked { get; init; }

    /// <summary>Has announced that it is going away; tried after the others.</summary>
    public bool IsLameDuck { get; init; }

    /// <summary>How often in a row it refused us with the same text.</summary>
    public int AuthFailures { get; init; }

    public string? LastAuthError { get; init; }

    /// <summary>There is nothing to show of it but its address.</summary>
    public bool IsUntried => this is { Attempts: 0, LastError: null, LastConnected: null, IsDiscovered: false, IsParked: false, IsLameDuck: false };

    /// <summary>The name a certificate of this server must be valid for.</summary>
    public string TlsHost
    {
        get
        {
            ServerAddress named = Address.IsIpLiteral && DiscoveredThrough is { IsIpLiteral: false } through ? through : Address;
            return named.Host.TrimEnd('.');
        }
    }
}
