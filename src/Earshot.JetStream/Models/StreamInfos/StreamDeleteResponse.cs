namespace Earshot.JetStream;

/// <summary>Answer to the deletion of a stream.</summary>
public record StreamDeleteResponse
{
    /// <summary>It is deleted.</summary>
    public bool Success { get; set; }
}
