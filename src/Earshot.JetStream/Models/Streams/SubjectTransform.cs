using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Maps subjects to other subjects.</summary>
public record SubjectTransform
{
    /// <summary>What is mapped; null: everything.</summary>
    public string? Src { get; set; }

    /// <summary>What it becomes.</summary>
    public string Dest { get; set; } = "";

    /// <summary>Fields that this version does not know; they are kept and sent back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
