using System.Text.Json.Serialization;

namespace Earshot.Services;

/// <summary>The description of an endpoint.</summary>
public record EndpointInfo
{
    /// <summary>The name of the endpoint.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    /// <summary>The subject that it subscribes.</summary>
    [JsonPropertyName("subject")]
    public string Subject { get; set; } = "";

    /// <summary>The queue group; empty when there is none.</summary>
    [JsonPropertyName("queue_group")]
    public string QueueGroup { get; set; } = "";

    /// <summary>The metadata of the endpoint.</summary>
    [JsonPropertyName("metadata")]
    public IDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();
}
