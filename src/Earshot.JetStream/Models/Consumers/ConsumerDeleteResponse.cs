namespace Earshot.JetStream;

/// <summary>Answer to the deletion of a consumer.</summary>
public record ConsumerDeleteResponse
{
    /// <summary>It is deleted.</summary>
    public bool Success { get; set; }
}
