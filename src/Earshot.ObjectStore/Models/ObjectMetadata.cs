using System.Text.Json;
using System.Text.Json.Serialization;
using Earshot.ObjectStore.Models;

namespace Earshot.ObjectStore;

/// <summary>
/// The information of an object (ADR-20). For a put, an application sets the name and, when wanted, the description, the metadata, the headers
/// and the chunk size; the others are set by the put.
/// </summary>
public record ObjectMetadata
{
    /// <summary>The name of the object: any text that is not empty.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    /// <summary>A description of the object. Null: none.</summary>
    [JsonPropertyName("description")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; set; }

    /// <summary>The name of the bucket.</summary>
    [JsonPropertyName("bucket")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Bucket { get; set; }

    /// <summary>The unique id of this version of the object, under which its chunks are stored.</summary>
    [JsonPropertyName("nuid")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Nuid { get; set; }

    /// <summary>The size of the object in bytes.</summary>
    [JsonPropertyName("size")]
    public ulong Size { get; set; }

    /// <summary>The time of the last change, by the clock of the server. It is the time of the stored message and not part of it.</summary>
    [JsonPropertyName("mtime")]
    [JsonConverter(typeof(MTimeConverter))]
    public DateTimeOffset MTime { get; set; }

    /// <summary>The number of chunks.</summary>
    [JsonPropertyName("chunks")]
    public uint Chunks { get; set; }

    /// <summary>The digest of the bytes: <c>SHA-256=</c> and the hash as base64url. Null: none, as for a link.</summary>
    [JsonPropertyName("digest")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Digest { get; set; }

    /// <summary>Metadata of the application. Null: none.</summary>
    [JsonPropertyName("metadata")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Metadata { get; set; }

    /// <summary>Headers of the object, which are stored as part of its information. Null: none.</summary>
    [JsonPropertyName("headers")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string[]>? Headers { get; set; }

    /// <summary>Whether the object was deleted.</summary>
    [JsonPropertyName("deleted")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Deleted { get; set; }

    /// <summary>How the object is stored: the chunk size, or the target of a link. Null: the defaults.</summary>
    [JsonPropertyName("options")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MetaDataOptions? Options { get; set; }

    /// <summary>Values that this version does not define, from another client. They are preserved when the information is changed.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
