namespace Earshot.JetStream;

/// <summary>One page of a list.</summary>
public record IterableResponse
{
    /// <summary>Number of all entries.</summary>
    public int Total { get; set; }

    /// <summary>Index of the first entry of this page.</summary>
    public int Offset { get; set; }

    /// <summary>Most entries of a page.</summary>
    public int Limit { get; set; }
}
