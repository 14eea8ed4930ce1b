using System.Text.Json;
using System.Text.Json.Nodes;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Contexts;

/// <summary>A context of the <c>nats</c> tool (ADR-21) without its secrets: what is not known to be harmless is shown as <c>***</c>.</summary>
internal sealed record StoredContext(string Name, bool IsSelected, string? Url, string? Description, IReadOnlyList<KeyValuePair<string, string>> Values)
{
    private const string Hidden = "***";

    private static readonly HashSet<string> s_harmless =
    [
        "description", "url", "creds", "nkey", "cert", "key", "ca", "nsc", "inbox_prefix", "user", "jetstream_domain", "jetstream_api_prefix",
        "jetstream_event_prefix", "socks_proxy", "color_scheme", "tls_first", "windows_cert_store", "windows_cert_match_by", "windows_cert_match",
    ];

    // These have a user also without a scheme; elsewhere an @ may be part of a name.
    private static readonly HashSet<string> s_urls = ["url", "socks_proxy"];

    /// <summary>Reads a context.</summary>
    /// <exception cref="ToolException">It is not a JSON object.</exception>
    internal static StoredContext Parse(string name, bool isSelected, byte[] content)
    {
        try
        {
            if (JsonNode.Parse(content, documentOptions: new JsonDocumentOptions { MaxDepth = 8 }) is JsonObject json)
            {
                List<KeyValuePair<string, string>> values = [.. json.Where(static pair => Text(pair.Value).Length > 0).Select(pair => KeyValuePair.Create(pair.Key, Show(pair.Key, pair.Value, json)))];
                return new StoredContext(name, isSelected, Find(values, "url"), Find(values, "description"), values);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // Its text quotes the content, which may be a secret.
        }

        throw new ToolException(ExitCode.File, $"The context '{name}' is not a JSON object.");
    }

    private static string? Find(List<KeyValuePair<string, string>> values, string key) => values.Find(pair => pair.Key == key).Value;

    private static string Show(string key, JsonNode? value, JsonObject context)
    {
        // Without a password, the client and the nats tool use the user as a token.
        bool isToken = key == "user" && Text(context["password"]).Length == 0;
        return !s_harmless.Contains(key) || isToken ? Hidden : WithoutUser(Text(value), s_urls.Contains(key));
    }

    private static string Text(JsonNode? value) => value is null ? "" : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    // A URL may have credentials before an @, and they may contain a comma, an @ and ://, so a list of URLs is hidden up to its last @.
    private static string WithoutUser(string text, bool isUrl)
    {
        int mark = text.IndexOf("://", StringComparison.Ordinal), end = text.LastIndexOf('@');
        bool hasScheme = mark >= 0 && (!isUrl || text.AsSpan(0, mark).IndexOfAny(",:@") < 0);
        int start = hasScheme ? mark + "://".Length : 0;
        return end > start && (isUrl || hasScheme) ? string.Concat(text.AsSpan(0, start), Hidden, text.AsSpan(end)) : text;
    }
}
