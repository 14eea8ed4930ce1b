using System.Text.Json.Serialization;

namespace Earshot.Cli.Contexts;

/// <summary>The generated JSON of this folder's answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContextAnswer))]
internal sealed partial class ContextsJson : JsonSerializerContext;
