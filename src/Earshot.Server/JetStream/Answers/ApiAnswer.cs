using System.Buffers;
using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>Writes answers of the API.</summary>
internal static class ApiAnswer
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="type">The last part of the type, without <c>_response</c>.</param>
    /// <param name="write">Writes the other fields.</param>
    public static byte[] Of(string type, Action<Utf8JsonWriter>? write = null)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, s_options))
        {
            json.WriteStartObject();
            json.WriteString("type", $"io.nats.jetstream.api.v1.{type}_response");
            write?.Invoke(json);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    public static byte[] Success(string type) => Of(type, json => json.WriteBoolean("success", true));

    public static byte[] Error(string type, ApiError error, Action<Utf8JsonWriter>? write = null) => Of(type, json =>
    {
        WriteError(json, error);
        write?.Invoke(json);
    });

    /// <summary>An error of a list has the fields of an empty page.</summary>
    public static byte[] ListError(string type, ApiError error, Action<Utf8JsonWriter>? write = null) => Of(type, json =>
    {
        WriteError(json, error);
        WritePage(json, 0, 0, 0);
        write?.Invoke(json);
    });

    public static void WriteEmptyList(Utf8JsonWriter json, string field)
    {
        json.WriteStartArray(field);
        json.WriteEndArray();
    }

    public static void WritePage(Utf8JsonWriter json, int total, int offset, int limit)
    {
        json.WriteNumber("total", total);
        json.WriteNumber("offset", offset);
        json.WriteNumber("limit", limit);
    }

    private static void WriteError(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject("error");
        json.WriteNumber("code", error.Code);
        json.WriteNumber("err_code", error.ErrCode);
        json.WriteString("description", error.Description);
        json.WriteEndObject();
    }
}
