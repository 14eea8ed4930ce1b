using System.Text.Json.Serialization;

namespace Earshot.JetStream.ConsumerGroups.Storage;

/// <summary>The JSON of configurations, without reflection. Values that are not set are not written, as in the other languages.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(NatsPcgStaticConfig))]
[JsonSerializable(typeof(NatsPcgElasticConfig))]
internal sealed partial class ConfigJson : JsonSerializerContext;
