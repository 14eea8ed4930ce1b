using System.Text.Json;
using System.Text.Json.Nodes;
using Earshot.Cli.Output;

namespace Earshot.Cli.Doctor;

/// <summary>
/// Makes the texts of servers, certificates and files fit to be shown: as <see cref="SafeText"/> shows them, of a limited length, and with
/// none of the given secrets.
/// </summary>
internal sealed class Printable(IEnumerable<string?> secrets)
{
    private const int Longest = 1000;
    private const int ShortestSecret = 4;

    // The longest first, so that one inside another leaves nothing of it.
    private readonly string[] _secrets = [.. secrets.OfType<string>().Where(static secret => secret.Length >= ShortestSecret).Distinct().OrderByDescending(static secret => secret.Length)];

    /// <summary>The secrets in options and in the user info of their URLs.</summary>
    public static Printable Of(NatsOpts opts, string? jwt)
    {
        NatsAuthOpts auth = opts.AuthOpts;
        return new Printable(
        [
            auth.Password, auth.Token, auth.Jwt, auth.Seed, auth.Creds, jwt, opts.TlsOpts.KeyFilePassword, .. OfUserInfo(opts.Url), .. OfUserInfo(opts.ProxyUrl?.OriginalString ?? ""),
        ]);
    }

    public string Text(string text)
    {
        foreach (string secret in _secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        if (text.Length > Longest)
        {
            text = string.Concat(text.AsSpan(0, Longest), "...");
        }

        return SafeText.Line(text);
    }

    /// <summary>A copy with printable texts and names, without nulls. Of names that become equal, the last one is kept.</summary>
    public JsonObject Of(JsonObject facts)
    {
        var copy = new JsonObject();
        foreach ((string name, JsonNode? value) in facts)
        {
            if (value is not null)
            {
                copy[Text(name)] = Of(value);
            }
        }

        return copy;
    }

    private JsonNode? Of(JsonNode? node) => node switch
    {
        JsonObject members => Of(members),
        JsonArray items => new JsonArray([.. items.Select(Of)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Text(value.GetValue<string>()),
        _ => node?.DeepClone(),
    };

    private static IEnumerable<string> OfUserInfo(string urls)
    {
        // A password may contain a comma.
        foreach (string url in urls.Split(',').Append(urls))
        {
            int at = url.LastIndexOf('@');
            int start = url.IndexOf("://", StringComparison.Ordinal) is >= 0 and int scheme ? scheme + 3 : 0;
            if (at <= start)
            {
                continue;
            }

            // Without a colon it is a token; the name of a user is no secret.
            string user = url[start..at];
            string secret = user[(user.IndexOf(':', StringComparison.Ordinal) + 1)..];
            yield return secret;
            yield return Uri.UnescapeDataString(secret);
        }
    }
}
