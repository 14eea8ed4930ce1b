using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Earshot.Server.Monitoring;

/// <summary>
/// What the monitoring pages share. Their field names are those of nats-server; fields that mean nothing here are left out.
/// </summary>
internal static class MonitoringJson
{
    private static readonly JsonWriterOptions s_indented = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A short time in the notation of Go.</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.######}s"),
        { TotalMilliseconds: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.###}ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(span.TotalMicroseconds)}µs"),
    };

    /// <summary>A long time in whole seconds, as 1d2h3m4s.</summary>
    public static string Uptime(TimeSpan span)
    {
        string seconds = string.Create(CultureInfo.InvariantCulture, $"{span.Seconds}s");
        return span switch
        {
            { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Days}d{span.Hours}h{span.Minutes}m{seconds}"),
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Hours}h{span.Minutes}m{seconds}"),
            { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}m{seconds}"),
            _ => seconds,
        };
    }

    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset time) => json.WriteString(name, time.UtcDateTime);

    public static void WriteUnlessEmpty(this Utf8JsonWriter json, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            json.WriteString(name, text);
        }
    }

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, s_indented))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}
