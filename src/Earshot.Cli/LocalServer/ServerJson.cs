using System.Text.Json.Serialization;

namespace Earshot.Cli.LocalServer;

/// <summary>The generated JSON of this folder's lines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerLine))]
internal sealed partial class ServerJson : JsonSerializerContext;
