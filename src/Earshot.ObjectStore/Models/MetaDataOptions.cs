using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.ObjectStore;

/// <summary>How an object is stored.</summary>
public record MetaDataOptions
{
    /// <summary>The target, when the object is a link; otherwise null.</summary>
    [JsonPropertyName("link")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NatsObjLink? Link { get; set; }

    /// <summary>The maximum size of a chunk in bytes. Null: 128 KiB, or less when the server allows only smaller messages.</summary>
    [JsonPropertyName("max_chunk_size")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxChunkSize { get; set; }

    /// <summary>Values that this version does not define, from another client. They are preserved when the information is changed.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
