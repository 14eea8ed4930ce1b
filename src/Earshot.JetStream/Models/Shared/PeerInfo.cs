namespace Earshot.JetStream;

/// <summary>One replica of a stream or consumer.</summary>
public record PeerInfo
{
    /// <summary>Name of the server.</summary>
    public string Name { get; set; } = "";

    /// <summary>Up to date with the leader.</summary>
    public bool Current { get; set; }

    /// <summary>Time since the leader heard of it.</summary>
    public TimeSpan Active { get; set; }

    /// <summary>The server is not reachable.</summary>
    public bool Offline { get; set; }

    /// <summary>Operations it is behind.</summary>
    public ulong Lag { get; set; }

    /// <summary>Id of the server (since 2.11).</summary>
    public string? Peer { get; set; }

    /// <summary>Operations that wait for it (since 2.15).</summary>
    public long Pending { get; set; }
}
