using System.Buffers.Text;
using System.Text.Json;

namespace Earshot.Authentication;

/// <summary>
/// Reads from a JWT until when it is valid, and nothing else of it. Proves nothing: whether it counts is the server's decision, by
/// the server's clock.
/// </summary>
internal static class JwtExpiry
{
    private const long LastSecond = 253_402_300_799; // of the year 9999, where DateTimeOffset ends

    /// <summary>Its <c>exp</c>; null when it has none, or none that can be read.</summary>
    public static DateTimeOffset? Of(string jwt)
    {
        if (jwt.Split('.') is not [_, var body, _])
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(body.AsSpan().TrimEnd('=')), new JsonDocumentOptions { MaxDepth = 16 });
            return claims.RootElement.ValueKind == JsonValueKind.Object
                && claims.RootElement.TryGetProperty("exp", out JsonElement exp)
                && exp.ValueKind == JsonValueKind.Number
                && exp.TryGetInt64(out long seconds)
                && seconds is > 0 and <= LastSecond
                    ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                    : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // It is sent unchanged; the server validates it. The exception quotes it, so it is not propagated. Half a surrogate pair is invalid.
            return null;
        }
    }
}
