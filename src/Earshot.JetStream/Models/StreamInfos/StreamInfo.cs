namespace Earshot.JetStream;

/// <summary>Configuration and state of a stream.</summary>
public record StreamInfo
{
    /// <summary>The configuration of the stream.</summary>
    public StreamConfig Config { get; set; } = new();

    /// <summary>The messages of the stream: their number, size and sequences.</summary>
    public StreamState State { get; set; } = new();

    /// <summary>The time at which the stream was created.</summary>
    public DateTimeOffset Created { get; set; }

    /// <summary>The time of the response on the server (since server 2.10).</summary>
    public DateTimeOffset Ts { get; set; }

    /// <summary>The JetStream domain of the stream; null when it has none.</summary>
    public string? Domain { get; set; }

    /// <summary>The placement of the stream in the cluster; null without a cluster.</summary>
    public ClusterInfo? Cluster { get; set; }

    /// <summary>The state of the mirror; null when the stream is not a mirror.</summary>
    public StreamSourceInfo? Mirror { get; set; }

    /// <summary>The state of the sources; null when there are none.</summary>
    public ICollection<StreamSourceInfo>? Sources { get; set; }

    /// <summary>Streams with the same messages: the stream itself and its mirrors; null when there are no mirrors.</summary>
    public ICollection<StreamAlternate>? Alternates { get; set; }
}
