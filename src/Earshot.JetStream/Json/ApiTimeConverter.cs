using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream.Json;

/// <summary>A time of the API: RFC 3339 with any offset and up to nine fraction digits; sent in UTC.</summary>
internal sealed class ApiTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader) ?? default;

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));

    /// <summary>Null for the first year of the calendar, which is the server's "none".</summary>
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
