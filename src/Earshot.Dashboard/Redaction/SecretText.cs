using System.Text.RegularExpressions;

namespace Earshot.Dashboard.Redaction;

/// <summary>
/// The last line of defense: what has the form of a secret is removed from every text. The journal already has none, because the client
/// removes the secrets it knows.
/// </summary>
internal static partial class SecretText
{
    private const string Mark = "***";

    private static readonly HashSet<string> s_members = new(StringComparer.OrdinalIgnoreCase)
    {
        "nonce", "jwt", "xKey", "issuerKey", "issuer_key", "pass", "password", "token", "auth_token", "authToken", "seed", "sig", "signature", "credentials",
    };

    /// <summary>Whether a member of an event is never shown, whatever it contains.</summary>
    internal static bool IsSecret(string member) => s_members.Contains(member);

    /// <summary>Whether an event as JSON has a member that is never shown, or a text with the form of a secret.</summary>
    internal static bool IsIn(string json) => Form.IsMatch(json) || UserInfo.IsMatch(json) || Members.IsMatch(json);

    internal static string Apply(string text) => UserInfo.Replace(Form.Replace(text, Mark), $"://{Mark}@");

    // Seeds of nkeys, tokens with three parts, PEM blocks.
    [GeneratedRegex(@"\bS[UAONCX][A-Z2-7]{56}\b|eyJ[A-Za-z0-9_-]{10,}(\.[A-Za-z0-9_-]+)*|-----BEGIN [^-]*PRIVATE KEY-----[^-]*(-----END [^-]*-----)?")]
    private static partial Regex Form { get; }

    // The names above, as members of an object.
    [GeneratedRegex("\"(nonce|jwt|xKey|issuerKey|issuer_key|pass|password|token|auth_token|authToken|seed|sig|signature|credentials)\":", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Members { get; }

    // Up to the last at sign before the next URL: a password may have at signs and slashes that are not escaped.
    [GeneratedRegex(@"://(?:(?!://)[^\s""])*@")]
    private static partial Regex UserInfo { get; }
}
