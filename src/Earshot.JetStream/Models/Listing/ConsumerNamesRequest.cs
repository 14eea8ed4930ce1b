namespace Earshot.JetStream;

/// <summary>A request for names of consumers.</summary>
public record ConsumerNamesRequest : IterableRequest
{
    /// <summary>Not used by the server.</summary>
    public string? Subject { get; set; }
}
