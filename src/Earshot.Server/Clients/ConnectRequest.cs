using System.Text.Json;

namespace Earshot.Server.Clients;

/// <summary>The fields of a CONNECT, over the server's defaults. Contains secrets; it is never printed.</summary>
internal sealed class ConnectRequest
{
    public bool Verbose { get; private set; } = true;

    public bool Pedantic { get; private set; } = true;

    public bool Echo { get; private set; } = true;

    public bool Headers { get; private set; }

    public bool NoResponders { get; private set; }

    public long Protocol { get; private set; }

    public string? User { get; private set; }

    public string? Password { get; private set; }

    public string? Token { get; private set; }

    public string? NKey { get; private set; }

    public string? Signature { get; private set; }

    public string Name { get; private set; } = string.Empty;

    public string Lang { get; private set; } = string.Empty;

    public string Version { get; private set; } = string.Empty;

    public string? Account { get; private set; }

    public bool NewAccount { get; private set; }

    /// <summary>Before CONNECT a server answers verbosely and checks subjects.</summary>
    public static ConnectRequest Defaults() => new();

    /// <summary>Reads the JSON of CONNECT. Names are compared without case and unknown ones skipped, as Go's decoder does.</summary>
    /// <exception cref="JsonException">No JSON object, or a field of another type.</exception>
    public static ConnectRequest Read(ReadOnlySpan<byte> json)
    {
        var request = new ConnectRequest();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return request;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("CONNECT is not a JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!.ToLowerInvariant();
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null || !request.TrySet(name, ref reader))
            {
                reader.Skip();
            }
        }

        if (reader.Read())
        {
            throw new JsonException("Data follows the CONNECT object.");
        }

        return request;
    }

    private bool TrySet(string name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "verbose": Verbose = Bool(ref reader); return true;
            case "pedantic": Pedantic = Bool(ref reader); return true;
            case "echo": Echo = Bool(ref reader); return true;
            case "headers": Headers = Bool(ref reader); return true;
            case "no_responders": NoResponders = Bool(ref reader); return true;
            case "tls_required": Bool(ref reader); return true;
            case "new_account": NewAccount = Bool(ref reader); return true;
            case "protocol": Protocol = Number(ref reader); return true;
            case "user": User = Text(ref reader); return true;
            case "pass": Password = Text(ref reader); return true;
            case "auth_token": Token = Text(ref reader); return true;
            case "account": Account = Text(ref reader); return true;
            case "name": Name = Text(ref reader); return true;
            case "lang": Lang = Text(ref reader); return true;
            case "version": Version = Text(ref reader); return true;
            case "nkey": NKey = Text(ref reader); return true;
            case "sig": Signature = Text(ref reader); return true;
            case "jwt": Text(ref reader); return true;
            default: return false;
        }
    }

    private static bool Bool(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : throw new JsonException("Not a boolean.");

    private static long Number(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) ? number : throw new JsonException("Not an integer.");

    private static string Text(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("Not a string.");
}
