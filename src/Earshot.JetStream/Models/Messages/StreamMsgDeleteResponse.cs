namespace Earshot.JetStream;

/// <summary>Answer to the deletion of a message.</summary>
public record StreamMsgDeleteResponse
{
    /// <summary>It is deleted.</summary>
    public bool Success { get; set; }
}
