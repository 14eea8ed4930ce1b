using System.Text.Json.Serialization;

namespace Earshot.Services;

/// <summary>The answer of a service to a request for its statistics.</summary>
public record StatsResponse
{
    /// <summary>The type of the answer.</summary>
    [JsonPropertyName("type")]
    public string Type { get; set; } = "io.nats.micro.v1.stats_response";

    /// <summary>The name of the service.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    /// <summary>The unique id of the instance.</summary>
    [JsonPropertyName("id")]
    public string Id { get; set; } = "";

    /// <summary>The version of the service.</summary>
    [JsonPropertyName("version")]
    public string Version { get; set; } = "";

    /// <summary>The metadata of the service.</summary>
    [JsonPropertyName("metadata")]
    public IDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();

    /// <summary>The endpoints with their statistics.</summary>
    [JsonPropertyName("endpoints")]
    public ICollection<EndpointStats> Endpoints { get; set; } = [];

    /// <summary>The time when the service was started, or its statistics were reset, in UTC (RFC 3339).</summary>
    [JsonPropertyName("started")]
    public string Started { get; set; } = "";
}
