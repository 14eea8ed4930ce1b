using System.Text.Json.Serialization;

namespace Earshot.Cli.Messages;

/// <summary>The generated JSON of this folder's answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RttResult))]
[JsonSerializable(typeof(PublishedAnswer))]
[JsonSerializable(typeof(StoredAnswer))]
[JsonSerializable(typeof(ReceivedAnswer))]
internal sealed partial class MessagesJson : JsonSerializerContext;
