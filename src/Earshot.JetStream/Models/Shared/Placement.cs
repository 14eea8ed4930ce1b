using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Where a stream is to live.</summary>
public record Placement
{
    /// <summary>Name of the cluster.</summary>
    public string? Cluster { get; set; }

    /// <summary>Tags that the servers must have.</summary>
    public ICollection<string>? Tags { get; set; }

    /// <summary>Server that is to lead (since 2.11).</summary>
    public string? Preferred { get; set; }

    /// <summary>Fields that this version does not know; they are kept and sent back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
