using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Where the servers should place a stream.</summary>
public record Placement
{
    /// <summary>The name of the cluster. Null: any cluster.</summary>
    public string? Cluster { get; set; }

    /// <summary>Tags that all servers of the stream must have. Null: none.</summary>
    public ICollection<string>? Tags { get; set; }

    /// <summary>The name of the server that should become the leader (since server 2.11). Null: any server.</summary>
    public string? Preferred { get; set; }

    /// <summary>Fields that this version does not define. They are preserved when the object is sent back to the server.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
