namespace Earshot.JetStream;

/// <summary>A request for one page of a list.</summary>
public record IterableRequest
{
    /// <summary>Index of the first entry, from 0.</summary>
    public int Offset { get; set; }
}
