namespace Earshot.JetStream.Models;

/// <summary>The body of a request to unpin a client.</summary>
internal record ConsumerUnpinRequest
{
    /// <summary>The priority group.</summary>
    public string Group { get; set; } = "";
}
