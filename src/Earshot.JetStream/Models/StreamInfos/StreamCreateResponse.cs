namespace Earshot.JetStream;

/// <summary>Answer to the creation of a stream.</summary>
public record StreamCreateResponse : StreamInfo
{
    /// <summary>The stream exists with this configuration; true also when it did before.</summary>
    public bool DidCreate { get; set; }
}
