namespace Earshot.JetStream;

/// <summary>One page of the names of the consumers of a stream.</summary>
public record ConsumerNamesResponse : IterableResponse
{
    /// <summary>The names of this page.</summary>
    public ICollection<string> Consumers { get; set; } = [];
}
