namespace Earshot.JetStream;

/// <summary>One replica of a stream or consumer.</summary>
public record PeerInfo
{
    /// <summary>The name of the server.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether the replica is up to date with the leader.</summary>
    public bool Current { get; set; }

    /// <summary>The time since the leader last received data from the replica.</summary>
    public TimeSpan Active { get; set; }

    /// <summary>Whether the server of the replica is unreachable.</summary>
    public bool Offline { get; set; }

    /// <summary>The number of operations by which the replica is behind the leader.</summary>
    public ulong Lag { get; set; }

    /// <summary>The id of the server (since server 2.11).</summary>
    public string? Peer { get; set; }

    /// <summary>The number of operations that wait for the replica (since server 2.15).</summary>
    public long Pending { get; set; }
}
