using System.Text.Json.Serialization;

namespace Earshot.Fleet.Reading;

/// <summary>One connection, open or closed.</summary>
internal sealed record ConnzRow
{
    [JsonPropertyName("cid")]
    public ulong Id { get; init; }

    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    [JsonPropertyName("ip")]
    public string? Ip { get; init; }

    [JsonPropertyName("port")]
    public int Port { get; init; }

    [JsonPropertyName("start")]
    public DateTimeOffset Start { get; init; }

    [JsonPropertyName("stop")]
    public DateTimeOffset? Stop { get; init; }

    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("lang")]
    public string? Lang { get; init; }

    [JsonPropertyName("version")]
    public string? Version { get; init; }

    [JsonPropertyName("authorized_user")]
    public string? User { get; init; }

    [JsonPropertyName("account")]
    public string? Account { get; init; }
}
