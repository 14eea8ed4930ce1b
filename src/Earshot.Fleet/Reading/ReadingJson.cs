using System.Text.Json.Serialization;

namespace Earshot.Fleet.Reading;

/// <summary>The generated JSON of questions and answers.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConnzQuestion))]
[JsonSerializable(typeof(ConnzAnswer))]
[JsonSerializable(typeof(ConnzPage))]
[JsonSerializable(typeof(VarzAnswer))]
internal sealed partial class ReadingJson : JsonSerializerContext;
