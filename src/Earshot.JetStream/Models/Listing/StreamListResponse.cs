namespace Earshot.JetStream;

/// <summary>One page of streams.</summary>
public record StreamListResponse : IterableResponse
{
    /// <summary>The streams.</summary>
    public ICollection<StreamInfo> Streams { get; set; } = [];

    /// <summary>Streams of which nothing was heard.</summary>
    public ICollection<string>? Missing { get; set; }

    /// <summary>Streams that the server cannot serve, and why (since 2.12).</summary>
    public IDictionary<string, string>? Offline { get; set; }
}
