using System.Text.Json.Serialization;

namespace Earshot.Fleet.Reading;

/// <summary>The server that answers.</summary>
internal sealed record ConnzServer
{
    [JsonPropertyName("id")]
    public string Id { get; init; } = "";

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("cluster")]
    public string? Cluster { get; init; }

    [JsonPropertyName("ver")]
    public string? Version { get; init; }
}
