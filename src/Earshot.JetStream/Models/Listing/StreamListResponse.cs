namespace Earshot.JetStream;

/// <summary>One page of the streams of an account.</summary>
public record StreamListResponse : IterableResponse
{
    /// <summary>The streams of this page.</summary>
    public ICollection<StreamInfo> Streams { get; set; } = [];

    /// <summary>The names of streams that did not respond to the server; null when there are none.</summary>
    public ICollection<string>? Missing { get; set; }

    /// <summary>Streams that the server cannot load, with the reason (since server 2.12); null when there are none.</summary>
    public IDictionary<string, string>? Offline { get; set; }
}
