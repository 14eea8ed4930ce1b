namespace Earshot.JetStream;

/// <summary>Response to the deletion of a stream.</summary>
public record StreamDeleteResponse
{
    /// <summary>Whether the stream was deleted.</summary>
    public bool Success { get; set; }
}
