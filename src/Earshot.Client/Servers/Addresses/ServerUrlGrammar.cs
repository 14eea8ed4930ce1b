using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Earshot.Servers;

/// <summary>
/// Splits the text of server URLs and of advertised addresses, and hides what must not be shown when that fails. Does not decide
/// what to do with a refused text; host names are validated by <see cref="HostNameGrammar"/>.
/// </summary>
internal static class ServerUrlGrammar
{
    private const int LongestAdvertised = 300;

    private static readonly SearchValues<char> s_notInAdvertised = SearchValues.Create("/@?#\\%,");

    public static bool TryRead(string text, out ServerUrlParts parts, [NotNullWhen(false)] out string? reason)
    {
        parts = default;
        reason = text.Length == 0 ? "it is empty" : RefuseCharacters(text);
        if (reason is not null)
        {
            return false;
        }

        (string scheme, string rest) = SplitScheme(text);
        if (scheme is not ("nats" or "tls" or "ws" or "wss"))
        {
            reason = "the scheme must be nats, tls, ws or wss";
            return false;
        }

        int at = rest.LastIndexOf('@');
        UserInfo? userInfo = null;
        if (at >= 0 && !TryReadUserInfo(rest[..at], out userInfo, out reason))
        {
            return false;
        }

        string authority = rest[(at + 1)..];
        if (authority.EndsWith('/'))
        {
            authority = authority[..^1];
        }

        if (authority.AsSpan().IndexOfAny("/?#\\") >= 0)
        {
            reason = "a path, query or fragment is not allowed";
            return false;
        }

        int defaultPort = scheme switch { "ws" => 80, "wss" => 443, _ => ServerAddress.DefaultPort };
        if (!TrySplitPort(authority, defaultPort, out string host, out int port, out reason)
            || !HostNameGrammar.TryNormalise(host, out string? normalised, out reason))
        {
            return false;
        }

        parts = new ServerUrlParts(scheme, normalised, port, userInfo);
        return true;
    }

    public static bool TryReadAdvertised(string? text, out ServerUrlParts parts, [NotNullWhen(false)] out string? reason)
    {
        parts = default;
        if (string.IsNullOrEmpty(text))
        {
            reason = "it is empty";
            return false;
        }

        if (text.Length > LongestAdvertised)
        {
            reason = "it is too long";
            return false;
        }

        if (!IsPlain(text, out reason)
            || !TrySplitPort(text, defaultPort: 0, out string host, out int port, out reason)
            || !HostNameGrammar.TryNormalise(host, out string? normalised, out reason))
        {
            return false;
        }

        reason = port == 0 ? "the port is missing" : HostNameGrammar.RefuseUnreachable(normalised);
        parts = new ServerUrlParts("nats", normalised, port, null);
        return reason is null;
    }

    /// <inheritdoc cref="Diagnostics.Redact.Url"/>
    public static string Redact(string? text) => Diagnostics.Redact.Url(text);

    /// <inheritdoc cref="Diagnostics.Redact.Printable"/>
    public static string Printable(string? text) => Diagnostics.Redact.Printable(text);

    private static string? RefuseCharacters(string text)
    {
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                return "it contains white space or a control character";
            }
        }

        return null;
    }

    private static bool IsPlain(string text, [NotNullWhen(false)] out string? reason)
    {
        bool isPlain = text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && text.AsSpan().IndexOfAny(s_notInAdvertised) < 0;
        reason = isPlain ? null : "it is not host:port";
        return isPlain;
    }

    private static (string Scheme, string Remainder) SplitScheme(string text)
    {
        int end = text.IndexOf("://", StringComparison.Ordinal);
        return end < 0 ? ("nats", text) : (text[..end].ToLowerInvariant(), text[(end + 3)..]);
    }

    private static bool TryReadUserInfo(string text, out UserInfo? userInfo, [NotNullWhen(false)] out string? reason)
    {
        userInfo = null;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string first = colon < 0 ? text : text[..colon];
        string? second = colon < 0 ? null : text[(colon + 1)..];
        if (first.Length == 0)
        {
            reason = "the user info before '@' is empty";
            return false;
        }

        if (!IsPercentEncoded(first) || (second is not null && !IsPercentEncoded(second)))
        {
            reason = "the user info before '@' is not percent-encoded correctly";
            return false;
        }

        // A single word is a token, as in every client of NATS.
        userInfo = second is null
            ? new UserInfo(null, null, Uri.UnescapeDataString(first))
            : new UserInfo(Uri.UnescapeDataString(first), Uri.UnescapeDataString(second), null);
        reason = null;
        return true;
    }

    private static bool IsPercentEncoded(string text)
    {
        for (int i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return false;
            }
        }

        return true;
    }

    // Bare IPv6 ("::1") has no port; with brackets it may have one. A default port of zero asks for an explicit one.
    private static bool TrySplitPort(
        string authority, int defaultPort, out string host, out int port, [NotNullWhen(false)] out string? reason)
    {
        port = defaultPort;
        host = authority;
        int portColon = authority.LastIndexOf(':');
        if (authority.StartsWith('['))
        {
            int close = authority.IndexOf(']', StringComparison.Ordinal);
            host = close < 0 ? "" : authority[1..close];
            bool isAddress = host.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(host, out _);
            if (!isAddress || (close != authority.Length - 1 && authority[close + 1] != ':'))
            {
                reason = "the IPv6 address is not valid";
                return false;
            }

            portColon = close == authority.Length - 1 ? -1 : close + 1;
        }
        else if (portColon >= 0 && authority.IndexOf(':', StringComparison.Ordinal) != portColon)
        {
            reason = defaultPort != 0 && IPAddress.TryParse(authority, out _) ? null : "the IPv6 address is not valid";
            return reason is null;
        }
        else if (portColon >= 0)
        {
            host = authority[..portColon];
        }

        reason = portColon < 0 || TryReadPort(authority.AsSpan(portColon + 1), out port)
            ? null
            : "the port must be a number from 1 to 65535";
        return reason is null;
    }

    private static bool TryReadPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && text.Length <= 5 && port is >= 1 and <= 65535;
}
