namespace Earshot.JetStream;

/// <summary>A stream from which the same can be read.</summary>
public record StreamAlternate
{
    /// <summary>Name of the stream.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its cluster.</summary>
    public string Cluster { get; set; } = "";

    /// <summary>Its domain.</summary>
    public string? Domain { get; set; }
}
