using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Earshot.Cli.Doctor;

/// <summary>What an INFO says. The text comes from whatever answers on the port, so it is not trusted.</summary>
internal sealed record ServerFacts
{
    private const int MaxUrls = 64;

    public PortKind Port { get; init; } = PortKind.Client;

    public string Name { get; init; } = "";

    public string Version { get; init; } = "";

    public string? Cluster { get; init; }

    public int MaxPayload { get; init; }

    public bool HasHeaders { get; init; }

    public bool HasJetStream { get; init; }

    public bool IsAuthRequired { get; init; }

    public bool IsTlsRequired { get; init; }

    public bool IsTlsAvailable { get; init; }

    public bool IsCertificateRequired { get; init; }

    /// <summary>Whether there is something to sign: the server knows nkeys or JWTs.</summary>
    public bool HasNonce { get; init; }

    public bool IsLameDuck { get; init; }

    public IReadOnlyList<string> ConnectUrls { get; init; } = [];

    /// <summary>Those of a connected client.</summary>
    public static ServerFacts Of(INatsServerInfo info) => new()
    {
        Name = info.Name,
        Version = info.Version,
        Cluster = info.Cluster,
        MaxPayload = info.MaxPayload,
        HasHeaders = info.HeadersSupported,
        HasJetStream = info.JetStreamAvailable,
        IsAuthRequired = info.AuthRequired,
        IsTlsRequired = info.TlsRequired,
        IsTlsAvailable = info.TlsAvailable,
        IsCertificateRequired = info.TlsVerify,
        IsLameDuck = info.LameDuckMode,
        ConnectUrls = [.. (info.ClientConnectUrls ?? []).Take(MaxUrls)],
    };

    /// <summary>Reads the JSON of an INFO; members of a wrong type are left out.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out ServerFacts? facts)
    {
        facts = null;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            using var document = JsonDocument.ParseValue(ref reader);
            facts = document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement) : null;
            return facts is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The facts for programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["server"] = Name,
        ["version"] = Version,
        ["cluster"] = Cluster,
        ["maxPayload"] = MaxPayload,
        ["headers"] = HasHeaders,
        ["jetStream"] = HasJetStream,
        ["authRequired"] = IsAuthRequired,
        ["tlsRequired"] = IsTlsRequired,
        ["tlsAvailable"] = IsTlsAvailable,
        ["clientCertificate"] = IsCertificateRequired,
        ["lameDuck"] = IsLameDuck,
        ["connectUrls"] = new JsonArray([.. ConnectUrls.Select(static url => JsonValue.Create(url))]),
    };

    /// <summary>One line about the server.</summary>
    public override string ToString()
    {
        string cluster = Cluster is null ? "" : $", cluster {Cluster}";
        string login = IsAuthRequired ? ", credentials required" : "";
        string tls = IsTlsRequired ? ", TLS required" : IsTlsAvailable ? ", TLS offered" : "";
        return $"{Name} {Version}{cluster}{login}{tls}";
    }

    private static ServerFacts Read(JsonElement info)
    {
        string Text(string name) => info.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        bool Is(string name) => info.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;
        bool Has(string name) => info.TryGetProperty(name, out _);
        return new ServerFacts
        {
            Port = Has("gateway") || Has("gateway_url") ? PortKind.Gateway
                : Has("route_pool_size") || Has("lnoc") || Has("ws_connect_urls") || Has("cluster_dynamic") ? PortKind.Route
                : Has("leafnode_urls") || Has("info_on_connect") ? PortKind.LeafNode
                : PortKind.Client,
            Name = Text("server_name") is { Length: > 0 } name ? name : Text("server_id"),
            Version = Text("version"),
            Cluster = Text("cluster") is { Length: > 0 } cluster ? cluster : null,
            MaxPayload = info.TryGetProperty("max_payload", out JsonElement max) && max.ValueKind == JsonValueKind.Number && max.TryGetInt32(out int limit) ? limit : 0,
            HasHeaders = Is("headers"),
            HasJetStream = Is("jetstream"),
            IsAuthRequired = Is("auth_required"),
            IsTlsRequired = Is("tls_required"),
            IsTlsAvailable = Is("tls_available"),
            IsCertificateRequired = Is("tls_verify"),
            HasNonce = Has("nonce"),
            IsLameDuck = Is("ldm"),
            ConnectUrls = info.TryGetProperty("connect_urls", out JsonElement urls) && urls.ValueKind == JsonValueKind.Array
                ? [.. urls.EnumerateArray().Where(static url => url.ValueKind == JsonValueKind.String).Select(static url => url.GetString()!).Take(MaxUrls)]
                : [],
        };
    }
}
