namespace Earshot.JetStream.Models;

/// <summary>The body of a request for a consumer.</summary>
internal record ConsumerCreateRequest
{
    /// <summary>Name of the stream.</summary>
    public string StreamName { get; set; } = "";

    /// <summary>The configuration.</summary>
    public ConsumerConfig Config { get; set; } = new();

    /// <summary>Null, create or update.</summary>
    public string? Action { get; set; }
}
