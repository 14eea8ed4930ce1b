using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>The consumer by which a source is read (since 2.14).</summary>
public record StreamConsumerSource
{
    /// <summary>Name of the consumer.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its deliver subject.</summary>
    public string? DeliverSubject { get; set; }

    /// <summary>Fields that this version does not know; they are kept and sent back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
