using System.Text.Json.Serialization;

namespace Earshot.Services;

/// <summary>The answer of a service to a request for its description.</summary>
public record InfoResponse
{
    /// <summary>The type of the answer.</summary>
    [JsonPropertyName("type")]
    public string Type { get; set; } = "io.nats.micro.v1.info_response";

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

    /// <summary>The description of the service.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set; } = "";

    /// <summary>The endpoints of the service.</summary>
    [JsonPropertyName("endpoints")]
    public ICollection<EndpointInfo> Endpoints { get; set; } = [];
}
