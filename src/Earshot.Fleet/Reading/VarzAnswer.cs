using System.Text.Json.Serialization;

namespace Earshot.Fleet.Reading;

/// <summary>Who answers on a monitoring port.</summary>
internal sealed record VarzAnswer
{
    [JsonPropertyName("server_id")]
    public string Id { get; init; } = "";

    [JsonPropertyName("server_name")]
    public string? Name { get; init; }

    [JsonPropertyName("version")]
    public string? Version { get; init; }
}
