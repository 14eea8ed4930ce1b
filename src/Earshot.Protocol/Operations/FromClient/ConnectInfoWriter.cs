using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Earshot.Protocol;

/// <summary>
/// Writes the JSON of CONNECT from an explicit list of fields, so that nothing but these fields can ever leave (the
/// flaw of CVE-2020-26149 was to serialise the options object).
/// </summary>
internal static class ConnectInfoWriter
{
    // Relaxed escaping still escapes control characters, so the JSON stays on one line.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IBufferWriter<byte> writer, ConnectInfo info)
    {
        using var json = new Utf8JsonWriter(writer, s_options);
        json.WriteStartObject();

        // A server treats an absent verbose, pedantic or echo as true, so all three are always written.
        json.WriteBoolean("verbose"u8, info.Verbose);
        json.WriteBoolean("pedantic"u8, info.Pedantic);
        json.WriteBoolean("tls_required"u8, info.TlsRequired);
        WriteCredentials(json, info);
        if (info.Name.Length > 0)
        {
            json.WriteString("name"u8, info.Name);
        }

        json.WriteString("lang"u8, info.Lang);
        json.WriteString("version"u8, info.Version);
        json.WriteNumber("protocol"u8, info.Protocol);
        json.WriteBoolean("echo"u8, info.Echo);
        json.WriteBoolean("headers"u8, info.Headers);
        json.WriteBoolean("no_responders"u8, info.NoResponders);
        json.WriteEndObject();
    }

    private static void WriteCredentials(Utf8JsonWriter json, ConnectInfo info)
    {
        WriteIfSet(json, "user"u8, info.User);
        WriteIfSet(json, "pass"u8, info.Password);
        WriteIfSet(json, "auth_token"u8, info.AuthToken);
        WriteIfSet(json, "jwt"u8, info.Jwt);
        WriteIfSet(json, "nkey"u8, info.NKey);
        WriteIfSet(json, "sig"u8, info.Signature);
    }

    private static void WriteIfSet(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
