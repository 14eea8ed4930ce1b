using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>The consumer through which a source is read (since server 2.14).</summary>
public record StreamConsumerSource
{
    /// <summary>The name of the consumer.</summary>
    public string Name { get; set; } = "";

    /// <summary>The deliver subject of the consumer. Null: chosen by the server.</summary>
    public string? DeliverSubject { get; set; }

    /// <summary>Fields that this version does not define. They are preserved when the object is sent back to the server.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
