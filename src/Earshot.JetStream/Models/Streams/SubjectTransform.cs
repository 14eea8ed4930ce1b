using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>A transformation of subjects to other subjects.</summary>
public record SubjectTransform
{
    /// <summary>The subjects to transform; wildcards are allowed. Null: all subjects.</summary>
    public string? Src { get; set; }

    /// <summary>The resulting subject; it may refer to the wildcards of <see cref="Src"/>.</summary>
    public string Dest { get; set; } = "";

    /// <summary>Fields that this version does not define. They are preserved when the object is sent back to the server.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
