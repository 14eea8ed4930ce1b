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

    private static readonly string?[] s_shared = new string?[61];

    /// <exception cref="NatsProtocolViolationException">Not the JSON of an INFO.</exception>
    public static NatsServerInfo Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            NatsServerInfo info = ReadObject(ref reader);

            // Anything behind the closing brace makes this throw.
            reader.Read();
            return info;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw NatsProtocolViolationException.Create(ProtocolViolation.MalformedInfo, "The server sent a malformed INFO.", json, exception);
        }
    }

    private static NatsServerInfo ReadObject(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("INFO is not an object.");
        }

        Span<char> letters = stackalloc char[MaxName];
        var facts = new SharedServerInfo();
        ulong clientId = 0;
        string? nonce = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // No name that is known is longer, escaped or not, and none needs a string of its own.
            Span<char> name = reader.ValueSpan.Length <= MaxName ? letters[..reader.CopyString(letters)] : [];
            reader.Read();
            switch (name)
            {
                case "client_id": clientId = reader.GetUInt64(); break;
                case "nonce": nonce = Text(ref reader); break;
                default: ReadField(ref reader, facts, name); break;
            }
        }

        return new NatsServerInfo(facts.Shared()) { ClientId = clientId, Nonce = nonce };
    }

    private static void ReadField(ref Utf8JsonReader reader, SharedServerInfo facts, scoped ReadOnlySpan<char> name)
    {
        switch (name)
        {
            case "server_id": facts.Id = SharedText(ref reader); break;
            case "server_name": facts.Name = SharedText(ref reader); break;
            case "version": facts.Version = SharedText(ref reader); break;
            case "proto": facts.ProtocolVersion = reader.GetInt64(); break;
            case "git_commit": facts.GitCommit = SharedText(ref reader); break;
            case "go": facts.GoVersion = SharedText(ref reader); break;
            case "host": facts.Host = SharedText(ref reader); break;
            case "port": facts.Port = ClampedNumber(ref reader); break;
            case "headers": facts.HeadersSupported = reader.GetBoolean(); break;
            case "auth_required": facts.AuthRequired = reader.GetBoolean(); break;
            case "tls_required": facts.TlsRequired = reader.GetBoolean(); break;
            case "tls_verify": facts.TlsVerify = reader.GetBoolean(); break;
            case "tls_available": facts.TlsAvailable = reader.GetBoolean(); break;
            case "max_payload": facts.MaxPayload = ClampedNumber(ref reader); break;
            case "jetstream": facts.JetStreamAvailable = reader.GetBoolean(); break;
            case "client_ip": facts.ClientIp = SharedText(ref reader); break;
            case "cluster": facts.Cluster = SharedText(ref reader); break;
            case "cluster_dynamic": facts.ClusterDynamic = reader.GetBoolean(); break;
            case "connect_urls": facts.ClientConnectUrls = new UrlList(Texts(ref reader)); break;
            case "ws_connect_urls": facts.WebSocketConnectUrls = new UrlList(Texts(ref reader)); break;
            case "ldm": facts.LameDuckMode = reader.GetBoolean(); break;
            case "connect_info": facts.IsConnectInfo = reader.GetBoolean(); break;
            case "remote_account": facts.RemoteAccount = SharedText(ref reader); break;
            case "acc_is_sys": facts.IsSystemAccount = reader.GetBoolean(); break;
            case "api_lvl": facts.ApiLevel = ClampedNumber(ref reader); break;
            case "domain": facts.Domain = SharedText(ref reader); break;
            case "xkey": facts.XKey = SharedText(ref reader); break;
            default: reader.Skip(); break;
        }
    }

    private static string Text(ref Utf8JsonReader reader) => reader.GetString() ?? throw new JsonException("A string is null.");

    // Ten thousand connections to one server hold its name once. A fixed number of texts, the latest of each place; a race only
    // makes a text twice.
    private static string SharedText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return Text(ref reader);
        }

        HashCode hash = default;
        hash.AddBytes(reader.ValueSpan);
        ref string? place = ref s_shared[(uint)hash.ToHashCode() % (uint)s_shared.Length];
        string? known = Volatile.Read(ref place);
        if (known is not null && reader.ValueTextEquals(known))
        {
            return known;
        }

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
            throw new JsonException("A list is not an array.");
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
