namespace Earshot.JetStream;

/// <summary>Response to the deletion of a message.</summary>
public record StreamMsgDeleteResponse
{
    /// <summary>Whether the message was deleted.</summary>
    public bool Success { get; set; }
}
