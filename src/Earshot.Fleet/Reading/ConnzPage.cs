using System.Text.Json.Serialization;

namespace Earshot.Fleet.Reading;

/// <summary>One page of a server's connections.</summary>
internal sealed record ConnzPage
{
    [JsonPropertyName("server_id")]
    public string ServerId { get; init; } = "";

    [JsonPropertyName("now")]
    public DateTimeOffset Now { get; init; }

    [JsonPropertyName("offset")]
    public int Offset { get; init; }

    [JsonPropertyName("limit")]
    public int Limit { get; init; }

    [JsonPropertyName("total")]
    public int Total { get; init; }

    [JsonPropertyName("connections")]
    public IReadOnlyList<ConnzRow?>? Connections { get; init; }

    /// <summary>Whether another page follows.</summary>
    [JsonIgnore]
    public bool HasMore => Connections is { Count: > 0 } rows && Offset + rows.Count < Total;
}
