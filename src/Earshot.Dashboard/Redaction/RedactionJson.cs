using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Earshot.Dashboard.Redaction;

/// <summary>The generated JSON of changed events.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class RedactionJson : JsonSerializerContext;
