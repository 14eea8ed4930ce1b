using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Publishes messages again, on another subject, after they are stored.</summary>
public record Republish
{
    /// <summary>The subject of the messages to republish; wildcards are allowed. Null: all messages.</summary>
    public string? Src { get; set; }

    /// <summary>The subject on which the messages are published; a transformation of <see cref="Src"/>.</summary>
    public string Dest { get; set; } = "";

    /// <summary>Whether only headers are published, without payloads.</summary>
    public bool HeadersOnly { get; set; }

    /// <summary>Fields that this version does not define. They are preserved when the object is sent back to the server.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
