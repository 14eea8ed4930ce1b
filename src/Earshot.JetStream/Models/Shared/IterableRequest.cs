namespace Earshot.JetStream;

/// <summary>Request for one page of a list.</summary>
public record IterableRequest
{
    /// <summary>The index of the first entry, from 0.</summary>
    public int Offset { get; set; }
}
