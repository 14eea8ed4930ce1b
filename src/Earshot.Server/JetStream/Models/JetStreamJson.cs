using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Earshot.Server.JetStream;

/// <summary>Reads and writes the JSON of the API.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = false)]
[JsonSerializable(typeof(StreamConfig))]
[JsonSerializable(typeof(StreamRequest))]
[JsonSerializable(typeof(MessageRequest))]
[JsonSerializable(typeof(PullBody))]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, string>>))]
internal sealed partial class JetStreamJson : JsonSerializerContext
{
    /// <summary>Reads a request; an unknown field is an error, as with a real server.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, out ApiError? error, bool isStrict = true)
        where T : class, IStrictModel
    {
        try
        {
            T? model = JsonSerializer.Deserialize(json, type);
            error = model is null ? ApiError.InvalidJson("null") : isStrict && Unknown(model) is { } name ? ApiError.InvalidJson($"json: unknown field \"{name}\"") : null;
            return error is null ? model : null;
        }
        catch (JsonException e)
        {
            error = ApiError.InvalidJson(e.Message);
            return null;
        }
    }

    private static string? Unknown(IStrictModel model) =>
        model.Extra is { Count: > 0 } extra ? extra.Keys.First() : model.Parts.Where(part => part is not null).Select(Unknown).FirstOrDefault(name => name is not null);
}
