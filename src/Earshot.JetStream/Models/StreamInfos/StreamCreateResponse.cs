namespace Earshot.JetStream;

/// <summary>Response to the creation of a stream.</summary>
public record StreamCreateResponse : StreamInfo
{
    /// <summary>Whether the stream exists with this configuration; also true when it existed before.</summary>
    public bool DidCreate { get; set; }
}
