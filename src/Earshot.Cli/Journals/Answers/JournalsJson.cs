using System.Text.Json.Serialization;

namespace Earshot.Cli.Journals;

/// <summary>The generated JSON of the answers about journals.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConnectionAnswer))]
[JsonSerializable(typeof(OutageAnswer))]
[JsonSerializable(typeof(ViolationAnswer))]
[JsonSerializable(typeof(ValidAnswer))]
[JsonSerializable(typeof(DifferenceAnswer))]
[JsonSerializable(typeof(DiffAnswer))]
internal sealed partial class JournalsJson : JsonSerializerContext;
