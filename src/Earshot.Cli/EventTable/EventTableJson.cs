using System.Text.Json.Serialization;

namespace Earshot.Cli.EventTable;

/// <summary>The generated JSON of this folder's answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventKindAnswer))]
internal sealed partial class EventTableJson : JsonSerializerContext;
