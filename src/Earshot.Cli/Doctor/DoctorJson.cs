using System.Text.Json.Serialization;

namespace Earshot.Cli.Doctor;

/// <summary>The generated JSON of this folder's answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Step))]
[JsonSerializable(typeof(Verdict))]
internal sealed partial class DoctorJson : JsonSerializerContext;
