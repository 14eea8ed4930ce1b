namespace Earshot;

/// <summary>The connection at the moment of an event, taken together with its sequence number; immutable.</summary>
public sealed record NatsConnectionSnapshot
{
    /// <summary>Nothing known yet.</summary>
    public static NatsConnectionSnapshot Empty { get; } = new();

    /// <summary>The server of the live session, or <see langword="null"/> while there is none.</summary>
    public NatsServer? Server { get; init; }
    /// <summary>The server of the last session, or <see langword="null"/> before the first.</summary>
    public NatsServer? LastServer { get; init; }
    /// <summary>Servers in the pool.</summary>
    public int PoolSize { get; init; }
    /// <summary>Servers in the pool that are parked.</summary>
    public int ParkedServers { get; init; }
    /// <summary>Servers in the pool that were advertised and not configured.</summary>
    public int DiscoveredServers { get; init; }
    /// <summary>Bytes accepted and not yet written.</summary>
    public long PendingBytes { get; init; }
    /// <summary>Messages accepted and not yet written.</summary>
    public long PendingMessages { get; init; }
    /// <summary>Requests that wait for a reply.</summary>
    public int RequestsInFlight { get; init; }
    /// <summary>Subscriptions that exist.</summary>
    public int Subscriptions { get; init; }
    /// <summary>Keep-alive pings without an answer so far.</summary>
    public int PingsOutstanding { get; init; }
    /// <summary>The last measured round trip, or <see langword="null"/> before the first.</summary>
    public TimeSpan? LastRtt { get; init; }
    /// <summary>Time since the last byte from a server, or <see langword="null"/> before the first.</summary>
    public TimeSpan? SinceLastInbound { get; init; }
    /// <summary>The counters of the connection.</summary>
    public NatsStats Stats { get; init; }
    /// <summary>The last error that concerned the connection itself; a slow consumer or a permission violation never replaces it.</summary>
    public Exception? LastError { get; init; }
}
