using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Messages are published again when they are stored.</summary>
public record Republish
{
    /// <summary>Which; null: all.</summary>
    public string? Src { get; set; }

    /// <summary>On which subject.</summary>
    public string Dest { get; set; } = "";

    /// <summary>Without their payload.</summary>
    public bool HeadersOnly { get; set; }

    /// <summary>Fields that this version does not know; they are kept and sent back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
