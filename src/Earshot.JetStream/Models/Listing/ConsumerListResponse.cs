namespace Earshot.JetStream;

/// <summary>One page of the consumers of a stream.</summary>
public record ConsumerListResponse : IterableResponse
{
    /// <summary>The consumers of this page.</summary>
    public ICollection<ConsumerInfo> Consumers { get; set; } = [];

    /// <summary>The names of consumers that did not respond to the server; null when there are none.</summary>
    public ICollection<string>? Missing { get; set; }

    /// <summary>Consumers that the server cannot load, with the reason (since server 2.12); null when there are none.</summary>
    public IDictionary<string, string>? Offline { get; set; }
}
