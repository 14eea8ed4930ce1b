namespace Earshot.JetStream;

/// <summary>The placement of a stream or consumer in a cluster.</summary>
public record ClusterInfo
{
    /// <summary>The name of the cluster.</summary>
    public string? Name { get; set; }

    /// <summary>The name of the Raft group of the replicas (since server 2.11).</summary>
    public string? RaftGroup { get; set; }

    /// <summary>The name of the leading server; null when there is no leader.</summary>
    public string? Leader { get; set; }

    /// <summary>The time at which the server became the leader (since server 2.12).</summary>
    public DateTimeOffset LeaderSince { get; set; }

    /// <summary>Whether the replicas communicate in the system account (since server 2.12).</summary>
    public bool SystemAccount { get; set; }

    /// <summary>The account in which the replicas communicate (since server 2.12).</summary>
    public string? TrafficAccount { get; set; }

    /// <summary>The replicas other than the leader; null when there are none.</summary>
    public ICollection<PeerInfo>? Replicas { get; set; }
}
