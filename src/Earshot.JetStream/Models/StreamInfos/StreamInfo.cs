namespace Earshot.JetStream;

/// <summary>Configuration and state of a stream.</summary>
public record StreamInfo
{
    /// <summary>Configuration.</summary>
    public StreamConfig Config { get; set; } = new();

    /// <summary>What it holds.</summary>
    public StreamState State { get; set; } = new();

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; set; }

    /// <summary>When the server answered (since 2.10).</summary>
    public DateTimeOffset Ts { get; set; }

    /// <summary>Its domain.</summary>
    public string? Domain { get; set; }

    /// <summary>Where it lives.</summary>
    public ClusterInfo? Cluster { get; set; }

    /// <summary>State of the mirror.</summary>
    public StreamSourceInfo? Mirror { get; set; }

    /// <summary>State of the sources.</summary>
    public ICollection<StreamSourceInfo>? Sources { get; set; }

    /// <summary>Streams from which the same can be read.</summary>
    public ICollection<StreamAlternate>? Alternates { get; set; }
}
