using System.Text.Json.Serialization;

namespace Earshot.ObjectStore;

/// <summary>The target of a link: an object, or a bucket when there is no name.</summary>
public record NatsObjLink
{
    /// <summary>The name of the object; empty for a link to a bucket.</summary>
    [JsonPropertyName("name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string Name { get; set; } = "";

    /// <summary>The name of the bucket.</summary>
    [JsonPropertyName("bucket")]
    public string Bucket { get; set; } = "";
}
