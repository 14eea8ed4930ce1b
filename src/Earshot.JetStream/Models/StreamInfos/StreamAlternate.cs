namespace Earshot.JetStream;

/// <summary>A stream with the same messages: the stream itself or one of its mirrors.</summary>
public record StreamAlternate
{
    /// <summary>The name of the stream.</summary>
    public string Name { get; set; } = "";

    /// <summary>The cluster of the stream.</summary>
    public string Cluster { get; set; } = "";

    /// <summary>The JetStream domain of the stream; null when it has none.</summary>
    public string? Domain { get; set; }
}
