using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>The location of a stream in another account or domain.</summary>
public record ExternalStreamSource
{
    /// <summary>The prefix of the JetStream API of that account or domain.</summary>
    public string Api { get; set; } = "";

    /// <summary>The prefix of the subjects to which messages are delivered. Null: the default.</summary>
    public string? Deliver { get; set; }

    /// <summary>Fields that this version does not define. They are preserved when the object is sent back to the server.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
