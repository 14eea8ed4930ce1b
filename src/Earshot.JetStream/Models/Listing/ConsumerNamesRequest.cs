namespace Earshot.JetStream;

/// <summary>Request for one page of the names of the consumers of a stream.</summary>
public record ConsumerNamesRequest : IterableRequest
{
    /// <summary>A field of the protocol that the server ignores.</summary>
    public string? Subject { get; set; }
}
