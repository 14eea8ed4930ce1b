using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Earshot.Cli.Doctor;

/// <summary>
/// What the JWT of a user says about itself (ADR-14), without its text. Proves nothing: the server decides, by its own clock and keys.
/// </summary>
internal sealed record JwtFacts
{
    private const long LastSecond = 253_402_300_799; // of the year 9999

    public string Name { get; init; } = "";

    /// <summary>The public key of the user.</summary>
    public string User { get; init; } = "";

    /// <summary>The public key of the account.</summary>
    public string Account { get; init; } = "";

    public DateTimeOffset? Expires { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What the user may publish and subscribe; empty: everything.</summary>
    public string Permissions { get; init; } = "";

    /// <summary>Reads the claims; null when the text is not a JWT.</summary>
    public static JwtFacts? Read(string jwt)
    {
        if (jwt.Split('.') is not [_, var body, _])
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(body.AsSpan().TrimEnd('=')), new JsonDocumentOptions { MaxDepth = 16 });
            return claims.RootElement.ValueKind == JsonValueKind.Object ? Read(claims.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["user"] = User,
        ["account"] = Account,
        ["expires"] = Expires is { } expires ? Moment.Text(expires) : null,
        ["notBefore"] = NotBefore is { } start ? Moment.Text(start) : null,
        ["permissions"] = Permissions,
    };

    /// <summary>One line about it.</summary>
    public string Describe(DateTimeOffset now)
    {
        string expiry = Expires is not { } expires ? "does not expire"
            : expires <= now ? $"expired {Moment.Text(expires)} ({Moment.Distance(now - expires)} ago)"
            : $"expires {Moment.Text(expires)} (in {Moment.Distance(expires - now)})";
        string permissions = Permissions.Length == 0 ? "" : $", {Permissions}";
        return $"JWT of '{Name}', {expiry}{permissions}";
    }

    private static JwtFacts Read(JsonElement claims)
    {
        JsonElement nats = Member(claims, "nats");
        string issuer = Text(nats, "issuer_account");
        return new JwtFacts
        {
            Name = Text(claims, "name"),
            User = Text(claims, "sub"),
            Account = issuer.Length > 0 ? issuer : Text(claims, "iss"),
            Expires = Time(claims, "exp"),
            NotBefore = Time(claims, "nbf"),
            Permissions = PermissionText.Of(Member(nats, "pub"), Member(nats, "sub")),
        };
    }

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement member) ? member : default;

    private static string Text(JsonElement parent, string name) => Member(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static DateTimeOffset? Time(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long seconds) && seconds is > 0 and <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
