using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>Reads and writes the JSON of consumers, whose fields are left out when they have no value.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ConsumerConfig))]
[JsonSerializable(typeof(CreateConsumerRequest))]
[JsonSerializable(typeof(UnpinRequest))]
internal sealed partial class ConsumerJson : JsonSerializerContext;
