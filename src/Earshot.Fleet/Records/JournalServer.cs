using System.Text.Json.Serialization;

namespace Earshot.Fleet;

/// <summary>A server as a client's journal names it.</summary>
public sealed record JournalServer
{
    /// <summary>The URL without credentials; null where it is not kept.</summary>
    [JsonPropertyName("url")]
    public string? Url { get; init; }

    /// <summary>The id of the running server; null while no INFO was received.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>The name of the server; null while no INFO was received.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }
}
