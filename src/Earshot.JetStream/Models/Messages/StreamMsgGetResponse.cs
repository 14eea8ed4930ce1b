namespace Earshot.JetStream;

/// <summary>Answer with a message.</summary>
public record StreamMsgGetResponse
{
    /// <summary>The message.</summary>
    public StoredMessage Message { get; set; } = new();
}
