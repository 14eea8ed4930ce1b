namespace Earshot.JetStream;

/// <summary>One page of names of streams.</summary>
public record StreamNamesResponse : IterableResponse
{
    /// <summary>The names; null: none.</summary>
    public ICollection<string>? Streams { get; set; }
}
