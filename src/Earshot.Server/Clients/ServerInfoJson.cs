using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Earshot.Server.Clients;

/// <summary>Writes the JSON of INFO, field by field in a real server's order. Sends nothing.</summary>
internal static class ServerInfoJson
{
    /// <summary>The answer to the first PING after CONNECT has facts about the connection; every other INFO has not.</summary>
    public static byte[] For(
        ServerState server, ClientConnection client, bool first = false, bool afterConnect = false, bool lameDuck = false, IReadOnlyList<string>? connectUrls = null)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteServer(json, server, first);
            json.WriteNumber("max_payload", client.MaxPayload);
            json.WriteNumber("client_id", client.Id);
            json.WriteString("client_ip", client.Address);
            if (first && client.Nonce.Length > 0)
            {
                json.WriteString("nonce", client.Nonce);
            }

            WriteTopology(json, server, connectUrls ?? server.ConnectUrls, lameDuck);
            if (afterConnect)
            {
                json.WriteBoolean("connect_info", true);
                json.WriteString("remote_account", client.Account?.Name);
            }

            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteServer(Utf8JsonWriter json, ServerState server, bool first)
    {
        json.WriteString("server_id", server.Id);
        json.WriteString("server_name", server.Name);
        json.WriteString("version", server.Options.Version);
        json.WriteNumber("proto", 1);
        json.WriteString("go", RuntimeInformation.FrameworkDescription);
        json.WriteString("host", "127.0.0.1");
        json.WriteNumber("port", server.Port);
        json.WriteBoolean("headers", server.Options.Headers);
        if (server.Options.JetStream)
        {
            json.WriteBoolean("jetstream", true);
        }

        if (server.Options.Tls is { } tls)
        {
            json.WriteBoolean("tls_required", true);
            if (tls.ClientCertificateRequired)
            {
                json.WriteBoolean("tls_verify", true);
            }
        }

        // A default user hides it, but only in the first INFO.
        if (server.Authenticator.IsRequired && !(first && server.Authenticator.Default is not null))
        {
            json.WriteBoolean("auth_required", true);
        }
    }

    private static void WriteTopology(Utf8JsonWriter json, ServerState server, IReadOnlyList<string>? connectUrls, bool lameDuck)
    {
        if (server.ClusterName is { } cluster)
        {
            json.WriteString("cluster", cluster);
        }

        if (connectUrls is { Count: > 0 } urls)
        {
            json.WriteStartArray("connect_urls");
            foreach (string url in urls)
            {
                json.WriteStringValue(url);
            }

            json.WriteEndArray();
        }

        if (server.IsLameDuck || lameDuck)
        {
            json.WriteBoolean("ldm", true);
        }
    }
}
