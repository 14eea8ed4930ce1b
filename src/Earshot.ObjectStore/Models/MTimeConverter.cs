using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.ObjectStore.Models;

/// <summary>The time of a change is the time of its message: what is stored is the time that other clients take for "none".</summary>
internal sealed class MTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return default;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue("0001-01-01T00:00:00Z"u8);
}
