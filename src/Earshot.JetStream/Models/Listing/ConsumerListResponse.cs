namespace Earshot.JetStream;

/// <summary>One page of consumers.</summary>
public record ConsumerListResponse : IterableResponse
{
    /// <summary>The consumers.</summary>
    public ICollection<ConsumerInfo> Consumers { get; set; } = [];

    /// <summary>Consumers of which nothing was heard.</summary>
    public ICollection<string>? Missing { get; set; }

    /// <summary>Consumers that the server cannot serve, and why (since 2.12).</summary>
    public IDictionary<string, string>? Offline { get; set; }
}
