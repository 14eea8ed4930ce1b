using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>A stream in another account or domain.</summary>
public record ExternalStreamSource
{
    /// <summary>Prefix of the API there.</summary>
    public string Api { get; set; } = "";

    /// <summary>Prefix of the subjects on which it delivers.</summary>
    public string? Deliver { get; set; }

    /// <summary>Fields that this version does not know; they are kept and sent back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
