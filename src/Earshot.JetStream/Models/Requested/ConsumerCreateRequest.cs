namespace Earshot.JetStream.Models;

/// <summary>The body of a request that creates or updates a consumer.</summary>
internal record ConsumerCreateRequest
{
    /// <summary>The name of the stream.</summary>
    public string StreamName { get; set; } = "";

    /// <summary>The configuration of the consumer.</summary>
    public ConsumerConfig Config { get; set; } = new();

    /// <summary>Either "create" or "update"; null for both.</summary>
    public string? Action { get; set; }
}
