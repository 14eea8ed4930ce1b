namespace Earshot.JetStream.Models;

/// <summary>The body of a request that unpins the pinned client.</summary>
internal record ConsumerUnpinRequest
{
    /// <summary>The name of the priority group.</summary>
    public string Group { get; set; } = "";
}
