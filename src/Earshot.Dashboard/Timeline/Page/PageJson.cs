using System.Text.Json.Serialization;

namespace Earshot.Dashboard.Timeline;

/// <summary>The generated JSON of the page. Its encoder escapes everything that could end a script block or is not ASCII.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PageContent))]
internal sealed partial class PageJson : JsonSerializerContext;
