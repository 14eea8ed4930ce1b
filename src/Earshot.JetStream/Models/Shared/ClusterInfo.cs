namespace Earshot.JetStream;

/// <summary>Where a stream or consumer lives.</summary>
public record ClusterInfo
{
    /// <summary>Name of the cluster.</summary>
    public string? Name { get; set; }

    /// <summary>Name of the group of replicas (since 2.11).</summary>
    public string? RaftGroup { get; set; }

    /// <summary>Name of the server that leads; null while no one does.</summary>
    public string? Leader { get; set; }

    /// <summary>Since when it leads (since 2.12).</summary>
    public DateTimeOffset LeaderSince { get; set; }

    /// <summary>The replicas talk in the system account (since 2.12).</summary>
    public bool SystemAccount { get; set; }

    /// <summary>The account in which the replicas talk (since 2.12).</summary>
    public string? TrafficAccount { get; set; }

    /// <summary>The other replicas.</summary>
    public ICollection<PeerInfo>? Replicas { get; set; }
}
