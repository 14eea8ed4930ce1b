using System.Text.Json.Serialization;

namespace Earshot.Fleet.Records;

/// <summary>The generated JSON of records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerRecord))]
[JsonSerializable(typeof(JournalBatch))]
internal sealed partial class FleetJson : JsonSerializerContext;
