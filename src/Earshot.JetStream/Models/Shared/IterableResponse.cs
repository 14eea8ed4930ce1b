namespace Earshot.JetStream;

/// <summary>One page of a list.</summary>
public record IterableResponse
{
    /// <summary>The number of entries of all pages.</summary>
    public int Total { get; set; }

    /// <summary>The index of the first entry of this page.</summary>
    public int Offset { get; set; }

    /// <summary>The maximum number of entries of a page.</summary>
    public int Limit { get; set; }
}
