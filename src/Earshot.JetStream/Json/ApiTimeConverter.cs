using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream.Json;

/// <summary>Converts times of the API: RFC 3339 with any offset and up to nine fractional digits. Written in UTC.</summary>
internal sealed class ApiTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader) ?? default;

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));

    /// <summary>Reads a time; null for a time in the year 1, with which the server represents "none".</summary>
    public static DateTimeOffset? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null || reader.ValueSpan.StartsWith("0001-01-01T"u8))
        {
            return null;
        }

        return reader.GetDateTimeOffset();
    }

    public static string Text(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);
}
