namespace Earshot.JetStream;

/// <summary>One page of names of consumers.</summary>
public record ConsumerNamesResponse : IterableResponse
{
    /// <summary>The names.</summary>
    public ICollection<string> Consumers { get; set; } = [];
}
