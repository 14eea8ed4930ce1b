using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Earshot.Servers;

/// <summary>Judges and normalises host names and IP literals (RFC 1123, IDNA). Does not resolve them.</summary>
internal static class HostNameGrammar
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    private static readonly IdnMapping s_idn = new();

    /// <summary>Lower case, international names in their ASCII form, IPv6 in its canonical form without brackets.</summary>
    public static bool TryNormalise(string host, [NotNullWhen(true)] out string? normalised, [NotNullWhen(false)] out string? reason)
    {
        normalised = null;
        reason = null;
        if (host.Length == 0)
        {
            reason = "the host is missing";
        }
        else if (host.Contains(':', StringComparison.Ordinal))
        {
            normalised = IPAddress.TryParse(host, out IPAddress? ip) ? ip.ToString() : null;
        }
        else if (LooksNumeric(host))
        {
            // Only four decimal parts: "127.1", "0x7f.1" or "2130706433" are addresses to some resolvers and names to others.
            normalised = IPAddress.TryParse(host, out IPAddress? ip) && ip.ToString() == host ? host : null;
        }
        else
        {
            normalised = ToAscii(host);
        }

        if (normalised is null)
        {
            reason ??= "the host is not valid";
        }

        return normalised is not null;
    }

    /// <summary>Why no server can be reached under this literal, or null.</summary>
    public static string? RefuseUnreachable(string host) => IPAddress.TryParse(host, out IPAddress? ip) ? RefuseUnreachable(ip) : null;

    /// <summary>Why no server can be reached under this address, or null.</summary>
    public static string? RefuseUnreachable(IPAddress ip)
    {
        if (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
        {
            return "the address is unspecified";
        }

        bool isGroup = ip.IsIPv6Multicast
            || ip.Equals(IPAddress.Broadcast)
            || (ip.AddressFamily == AddressFamily.InterNetwork && ip.GetAddressBytes()[0] is >= 224 and <= 239);
        return isGroup ? "the address is a multicast or broadcast address" : null;
    }

    private static bool LooksNumeric(string host)
    {
        string trimmed = host.TrimEnd('.');
        string last = trimmed[(trimmed.LastIndexOf('.') + 1)..];
        return last.Length > 0
            && (last.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase));
    }

    private static string? ToAscii(string host)
    {
        string ascii = host;
        if (host.AsSpan().IndexOfAnyExceptInRange('\0', '\x7f') >= 0)
        {
            try
            {
                ascii = s_idn.GetAscii(host);
            }
            catch (ArgumentException)
            {
                return null;
            }
        }

        string name = ascii.EndsWith('.') ? ascii[..^1] : ascii;
        bool isValid = name.Length <= LongestName && name.Split('.').All(IsLabel);
        return isValid ? ascii.ToLowerInvariant() : null;
    }

    // An underscore is no letter of a host name, but container platforms hand such names out and resolve them.
    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel
        && label[0] != '-'
        && label[^1] != '-'
        && label.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
