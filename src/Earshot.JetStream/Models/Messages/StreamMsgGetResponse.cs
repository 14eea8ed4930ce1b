namespace Earshot.JetStream;

/// <summary>Response with one message of a stream.</summary>
public record StreamMsgGetResponse
{
    /// <summary>The message that was read.</summary>
    public StoredMessage Message { get; set; } = new();
}
