using System.Text.Json.Serialization;

namespace Earshot.Cli.Fleet;

/// <summary>The generated JSON of the answers about fleets.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LossAnswer))]
[JsonSerializable(typeof(IncidentAnswer))]
[JsonSerializable(typeof(FindingAnswer))]
[JsonSerializable(typeof(FleetServerAnswer))]
[JsonSerializable(typeof(StreamAnswer))]
[JsonSerializable(typeof(ConfigurationAnswer))]
[JsonSerializable(typeof(CollectorAnswer))]
[JsonSerializable(typeof(FleetStreamAnswer))]
[JsonSerializable(typeof(IncidentChangeAnswer))]
[JsonSerializable(typeof(ServerChangeAnswer))]
[JsonSerializable(typeof(FleetPageAnswer))]
internal sealed partial class FleetJson : JsonSerializerContext;
