// How members that are no plain values look in an export: exceptions, subscriptions, addresses, events inside events.
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Events;

/// <summary>{"type":...,"message":...}</summary>
internal sealed class ExceptionConverter : JsonConverter<Exception>
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(Exception));

    public override Exception? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return new RecordedException(
            json.RootElement.GetProperty("type").GetString() ?? "", json.RootElement.GetProperty("message").GetString() ?? "");
    }

    public override void Write(Utf8JsonWriter writer, Exception value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("type", value is RecordedException recorded ? recorded.TypeName : value.GetType().FullName);
        writer.WriteString("message", EventText.MessageOf(value));
        writer.WriteEndObject();
    }
}

/// <summary>{"sid":...,"subject":...,"queue":...}</summary>
internal sealed class SubscriptionConverter : JsonConverter<INatsSub>
{
    public override INatsSub? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return new RecordedSub(
            json.RootElement.GetProperty("sid").GetString() ?? "",
            json.RootElement.GetProperty("subject").GetString() ?? "",
            json.RootElement.TryGetProperty("queue", out JsonElement queue) ? queue.GetString() : null);
    }

    public override void Write(Utf8JsonWriter writer, INatsSub value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("sid", value.Sid);
        writer.WriteString("subject", value.Subject);
        if (value.QueueGroup is { } queue)
        {
            writer.WriteString("queue", queue);
        }

        writer.WriteEndObject();
    }
}

/// <summary>The text of an address.</summary>
internal sealed class EndPointConverter : JsonConverter<EndPoint>
{
    public override EndPoint? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text = reader.GetString() ?? "";
        return IPEndPoint.TryParse(text, out IPEndPoint? address) ? address : new RecordedEndPoint(text);
    }

    public override void Write(Utf8JsonWriter writer, EndPoint value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>The text of a url, always without credentials.</summary>
internal sealed class UrlConverter : JsonConverter<Uri>
{
    public override Uri? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "", UriKind.RelativeOrAbsolute);

    public override void Write(Utf8JsonWriter writer, Uri value, JsonSerializerOptions options) =>
        writer.WriteStringValue(EventText.WithoutCredentials(value).OriginalString);
}

/// <summary>An event inside an event, as on a line of its own.</summary>
internal sealed class InnerEventConverter : JsonConverter<NatsConnectionEvent>
{
    public override NatsConnectionEvent? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (NatsConnectionEvent?)JsonSerializer.Deserialize(ref reader, EventJson.Default.IExportedEvent);

    public override void Write(Utf8JsonWriter writer, NatsConnectionEvent value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, EventJson.Default.IExportedEvent);
}
