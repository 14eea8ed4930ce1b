namespace Earshot.JetStream;

/// <summary>Response to the deletion of a consumer.</summary>
public record ConsumerDeleteResponse
{
    /// <summary>Whether the consumer was deleted.</summary>
    public bool Success { get; set; }
}
