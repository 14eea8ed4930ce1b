using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Earshot.Servers;

/// <summary>
/// Where a server is reached: scheme, host and port, with the credentials of its URL kept apart. Immutable; does not resolve
/// names and does not know whether the server exists.
/// </summary>
internal sealed record ServerAddress
{
    public const int DefaultPort = 4222;

    private ServerAddress(string scheme, string host, int port, UserInfo? userInfo, Uri url)
    {
        Scheme = scheme;
        Host = host;
        Literal = IPAddress.TryParse(host, out IPAddress? literal) ? literal : null;
        Port = port;
        UserInfo = userInfo;
        Url = url;
        Key = KeyOf(host, port);
        AliasKey = AliasKeyOf(host, port);
    }

    /// <summary>nats, tls, ws or wss.</summary>
    public string Scheme { get; }

    /// <summary>Lower case; an IPv6 literal without brackets; a trailing dot is kept, because it ends the resolver's search.</summary>
    public string Host { get; }

    public int Port { get; }

    public UserInfo? UserInfo { get; }

    /// <summary>The address without credentials; the only form that may be shown.</summary>
    public Uri Url { get; }

    public bool IsIpLiteral => Literal is not null;

    /// <summary>The address that the host is, where it is no name.</summary>
    public IPAddress? Literal { get; }

    public bool IsWebSocket => Scheme is "ws" or "wss";

    /// <summary>Two addresses with the same key are the same server; the scheme and the credentials do not count.</summary>
    internal string Key { get; }

    /// <summary>As <see cref="Key"/>, with localhost, 127.0.0.1 and [::1] as one: a server on all interfaces advertises any.</summary>
    internal string AliasKey { get; }

    /// <summary>Reads a URL as users write it: <c>host</c>, <c>host:port</c>, <c>nats://user:password@host:port</c>.</summary>
    /// <exception cref="ArgumentException">Not a server URL; the text shows no credentials.</exception>
    public static ServerAddress Parse(string text)
    {
        if (text is null)
        {
            throw new ArgumentException("The server URL is null.", nameof(text));
        }

        return ServerUrlGrammar.TryRead(text.Trim(), out ServerUrlParts parts, out string? reason)
            && Create(parts) is { } address
            ? address
            : throw Refused(text, reason ?? "the host is not valid");
    }

    /// <summary>Reads comma-separated URLs; duplicates are dropped and the order is kept.</summary>
    /// <exception cref="ArgumentException">An entry is empty or not a server URL, or WebSocket and other schemes are mixed.</exception>
    public static IReadOnlyList<ServerAddress> ParseList(string text)
    {
        if (text is null)
        {
            throw new ArgumentException("The list of server URLs is null.", nameof(text));
        }

        return ParseList(text.Split(','));
    }

    /// <inheritdoc cref="ParseList(string)"/>
    public static IReadOnlyList<ServerAddress> ParseList(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var addresses = new List<ServerAddress>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                throw new ArgumentException("The list of server URLs has an empty entry.", nameof(texts));
            }

            ServerAddress address = Parse(text);
            if (seen.Add(address.Key))
            {
                addresses.Add(address);
            }
        }

        RefuseMixedSchemes(addresses);
        return addresses;
    }

    /// <summary>WebSocket and plain servers in one pool are refused, as every client of NATS does.</summary>
    /// <exception cref="ArgumentException">Both kinds are present.</exception>
    public static void RefuseMixedSchemes(IReadOnlyList<ServerAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        for (int i = 1; i < addresses.Count; i++)
        {
            if (addresses[i].IsWebSocket != addresses[0].IsWebSocket)
            {
                throw new ArgumentException(
                    $"WebSocket and other server URLs cannot be mixed: '{addresses[0].Url}' and '{addresses[i].Url}'.",
                    nameof(addresses));
            }
        }
    }

    /// <summary>
    /// Reads one entry of <c>connect_urls</c>, which is text a server controls: strictly <c>host:port</c>, nothing around it.
    /// </summary>
    public static bool TryParseAdvertised(
        string? text, string scheme, [NotNullWhen(true)] out ServerAddress? address, [NotNullWhen(false)] out string? reason)
    {
        address = null;
        if (!ServerUrlGrammar.TryReadAdvertised(text, out ServerUrlParts parts, out reason))
        {
            return false;
        }

        address = Create(parts with { Scheme = scheme });
        reason = address is null ? "the host is not valid" : null;
        return address is not null;
    }

    public override string ToString() => Url.ToString();

    private static ServerAddress? Create(ServerUrlParts parts)
    {
        bool isIpv6 = parts.Host.Contains(':', StringComparison.Ordinal);
        string shown = isIpv6 ? $"[{parts.Host}]" : parts.Host;
        return Uri.TryCreate($"{parts.Scheme}://{shown}:{parts.Port}", UriKind.Absolute, out Uri? url)
            ? new ServerAddress(parts.Scheme, parts.Host, parts.Port, parts.UserInfo, url)
            : null;
    }

    private static ArgumentException Refused(string text, string reason) =>
        new($"'{ServerUrlGrammar.Redact(text)}' is not a server URL: {reason}.", nameof(text));

    private static string KeyOf(string host, int port)
    {
        string canonical = host.TrimEnd('.');
        if (IPAddress.TryParse(host, out IPAddress? ip))
        {
            canonical = (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).ToString();
        }

        return $"{canonical}|{port}";
    }

    private static string AliasKeyOf(string host, int port)
    {
        bool isLocal = host.TrimEnd('.') is "localhost"
            || (IPAddress.TryParse(host, out IPAddress? ip)
                && (ip.Equals(IPAddress.IPv6Loopback) || (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).Equals(IPAddress.Loopback)));
        return isLocal ? $"localhost|{port}" : KeyOf(host, port);
    }
}
