namespace Earshot.JetStream;

/// <summary>One page of the names of the streams of an account.</summary>
public record StreamNamesResponse : IterableResponse
{
    /// <summary>The names of this page; null when there are none.</summary>
    public ICollection<string>? Streams { get; set; }
}
