using System.Text.Json.Serialization;

namespace Earshot.Fleet.Collecting;

/// <summary>The members of an event of a server that are read. What is not here, such as JWTs, issuer keys and feature flags, is never read.</summary>
internal sealed record EventMessage
{
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("timestamp")]
    public DateTimeOffset? Timestamp { get; init; }

    [JsonPropertyName("server")]
    public EventServer? Server { get; init; }

    [JsonPropertyName("client")]
    public EventClient? Client { get; init; }

    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("statsz")]
    public EventStatistics? Statistics { get; init; }
}
