using System.Text.Json.Serialization;

namespace Earshot.Dashboard.Feeds;

/// <summary>The generated JSON of the live page. Its encoder escapes everything that could end a script block or is not ASCII.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LiveContent))]
[JsonSerializable(typeof(LiveChanges))]
[JsonSerializable(typeof(IReadOnlyList<ServerRow>))]
internal sealed partial class LiveJson : JsonSerializerContext;
