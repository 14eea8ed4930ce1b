using System.Text.Json.Serialization;

namespace Earshot.Dashboard.Fleets;

/// <summary>The generated JSON of the page of the fleet. Its encoder escapes everything that could end a script block or is not ASCII.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FleetContent))]
[JsonSerializable(typeof(IReadOnlyList<FleetLossRow>))]
internal sealed partial class FleetPageJson : JsonSerializerContext;
