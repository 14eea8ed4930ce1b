using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream.Json;

/// <summary>Converts times as <see cref="ApiTimeConverter"/> does, with null for "none".</summary>
internal sealed class OptionalApiTimeConverter : JsonConverter<DateTimeOffset?>
{
    public override bool HandleNull => true;

    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ApiTimeConverter.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } time)
        {
            writer.WriteStringValue(ApiTimeConverter.Text(time));
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
