using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Earshot.Services;

/// <summary>The statistics of an endpoint.</summary>
public record EndpointStats
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

    /// <summary>The number of processed requests.</summary>
    [JsonPropertyName("num_requests")]
    public long NumRequests { get; set; }

    /// <summary>The number of requests that were answered with an error.</summary>
    [JsonPropertyName("num_errors")]
    public long NumErrors { get; set; }

    /// <summary>The last error; empty when there was none.</summary>
    [JsonPropertyName("last_error")]
    public string LastError { get; set; } = "";

    /// <summary>Data of the application; null when there are none.</summary>
    [JsonPropertyName("data")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonNode? Data { get; set; }

    /// <summary>The sum of the processing times, in nanoseconds.</summary>
    [JsonPropertyName("processing_time")]
    public long ProcessingTime { get; set; }

    /// <summary>The average processing time, in nanoseconds.</summary>
    [JsonPropertyName("average_processing_time")]
    public long AverageProcessingTime { get; set; }
}
