using System.Text.Json;

namespace Earshot.Protocol;

/// <summary>
/// Reads the JSON of INFO field by field. All or nothing: an INFO with one field of a wrong type is no INFO. Does not judge
/// what the fields say (a max_payload of 0 is the caller's to refuse).
/// </summary>
internal static class ServerInfoReader
{
    private const int MaxDepth = 8;
    private const int MaxUrls = 1024;
    private const int MaxName = 96; // sixteen letters, each written as an escape of six

    private static readonly string?[] Shared = new string?[61];

    /// <exception cref="NatsProtocolViolationException">Not the JSON of an INFO.</exception>
    public static NatsServerInfo Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            var info = ReadObject(ref reader);

            // Anything behind the closing brace makes this throw.
            reader.Read();
            return info;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw NatsProtocolViolationException.Create(ProtocolViolation.MalformedInfo, "The server sent an INFO that cannot be read.", json, exception);
        }
    }

    private static NatsServerInfo ReadObject(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("INFO is not an object.");
        }

        Span<char> letters = stackalloc char[MaxName];
        var info = new NatsServerInfo();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // No name that is known is longer, escaped or not, and none needs a string of its own.
            var name = reader.ValueSpan.Length <= MaxName ? letters[..reader.CopyString(letters)] : [];
            reader.Read();
            info = ReadField(ref reader, info, name);
        }

        return info;
    }

    // One copy of the record per field is nothing: INFO comes a few times in the life of a connection.
    private static NatsServerInfo ReadField(ref Utf8JsonReader reader, NatsServerInfo info, scoped ReadOnlySpan<char> name)
    {
        switch (name)
        {
            case "server_id": return info with { Id = SharedText(ref reader) };
            case "server_name": return info with { Name = SharedText(ref reader) };
            case "version": return info with { Version = SharedText(ref reader) };
            case "proto": return info with { ProtocolVersion = reader.GetInt64() };
            case "git_commit": return info with { GitCommit = SharedText(ref reader) };
            case "go": return info with { GoVersion = SharedText(ref reader) };
            case "host": return info with { Host = SharedText(ref reader) };
            case "port": return info with { Port = ClampedNumber(ref reader) };
            case "headers": return info with { HeadersSupported = reader.GetBoolean() };
            case "auth_required": return info with { AuthRequired = reader.GetBoolean() };
            case "tls_required": return info with { TlsRequired = reader.GetBoolean() };
            case "tls_verify": return info with { TlsVerify = reader.GetBoolean() };
            case "tls_available": return info with { TlsAvailable = reader.GetBoolean() };
            case "max_payload": return info with { MaxPayload = ClampedNumber(ref reader) };
            case "jetstream": return info with { JetStreamAvailable = reader.GetBoolean() };
            case "client_id": return info with { ClientId = reader.GetUInt64() };
            case "client_ip": return info with { ClientIp = SharedText(ref reader) };
            case "nonce": return info with { Nonce = Text(ref reader) };
            case "cluster": return info with { Cluster = SharedText(ref reader) };
            case "cluster_dynamic": return info with { ClusterDynamic = reader.GetBoolean() };
            case "connect_urls": return info with { ClientConnectUrls = Texts(ref reader) };
            case "ws_connect_urls": return info with { WebSocketConnectUrls = Texts(ref reader) };
            case "ldm": return info with { LameDuckMode = reader.GetBoolean() };
            case "connect_info": return info with { IsConnectInfo = reader.GetBoolean() };
            case "remote_account": return info with { RemoteAccount = SharedText(ref reader) };
            case "acc_is_sys": return info with { IsSystemAccount = reader.GetBoolean() };
            case "api_lvl": return info with { ApiLevel = ClampedNumber(ref reader) };
            case "domain": return info with { Domain = SharedText(ref reader) };
            case "xkey": return info with { XKey = SharedText(ref reader) };
            default:
                reader.Skip();
                return info;
        }
    }

    private static string Text(ref Utf8JsonReader reader) => reader.GetString() ?? throw new JsonException("A text is null.");

    // Ten thousand connections to one server hold its name once. A fixed number of texts, the latest of each place; a race only
    // makes a text twice.
    private static string SharedText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            return Text(ref reader);
        HashCode hash = default;
        hash.AddBytes(reader.ValueSpan);
        ref string? place = ref Shared[(uint)hash.ToHashCode() % (uint)Shared.Length];
        string? known = Volatile.Read(ref place);
        if (known is not null && reader.ValueTextEquals(known))
            return known;
        string text = Text(ref reader);
        Volatile.Write(ref place, text);
        return text;
    }

    private static int ClampedNumber(ref Utf8JsonReader reader) => (int)Math.Clamp(reader.GetInt64(), int.MinValue, int.MaxValue);

    // Go writes an empty list as null. Entries that are no text are left out; which of the texts are addresses is for the
    // server pool to judge.
    private static string[]? Texts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("A list is no array.");
        }

        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String && texts.Count < MaxUrls)
            {
                texts.Add(Text(ref reader));
            }
            else
            {
                reader.Skip();
            }
        }

        return [.. texts];
    }
}
