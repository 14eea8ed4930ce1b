using System.Text.Json.Serialization;

namespace Earshot.Fleet.Collecting;

/// <summary>The client of an event.</summary>
internal sealed record EventClient
{
    [JsonPropertyName("id")]
    public ulong Id { get; init; }

    [JsonPropertyName("start")]
    public DateTimeOffset? Start { get; init; }

    [JsonPropertyName("stop")]
    public DateTimeOffset? Stop { get; init; }

    [JsonPropertyName("host")]
    public string? Host { get; init; }

    [JsonPropertyName("acc")]
    public string? Account { get; init; }

    [JsonPropertyName("user")]
    public string? User { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("lang")]
    public string? Lang { get; init; }

    [JsonPropertyName("ver")]
    public string? Version { get; init; }

    [JsonPropertyName("kind")]
    public string? Kind { get; init; }
}
