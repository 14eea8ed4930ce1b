using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Earshot.Dashboard.Redaction;

/// <summary>Shortens or removes the IP addresses of a text. A URL with an address stays a URL.</summary>
internal static partial class AddressText
{
    private const string Dropped = "ip";
    private const int LongestV6 = 45;

    internal static string Apply(string text, NatsDashboardAddresses how)
    {
        if (how == NatsDashboardAddresses.Keep)
        {
            return text;
        }

        text = V6.Replace(text, match => ShortenIn(text, match, how));
        return V4.Replace(text, match => how == NatsDashboardAddresses.Drop ? Dropped : $"{match.Groups["start"].Value}x");
    }

    [GeneratedRegex(@"(?<!\d\.|\d)(?<start>[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)[0-9]{1,3}(?!\.?\d)")]
    private static partial Regex V4 { get; }

    // What may contain an address: also other characters of the text may be of its alphabet, such as the colon that follows it.
    [GeneratedRegex(@"\[?(?<![0-9A-Fa-f:.])(?<run>(?>[0-9A-Fa-f.]*):(?>[0-9A-Fa-f.]*):[0-9A-Fa-f:.]*)(?<zone>%\w+)?\]?")]
    private static partial Regex V6 { get; }

    private static string ShortenIn(string text, Match match, NatsDashboardAddresses how)
    {
        Group run = match.Groups["run"], zone = match.Groups["zone"];
        int end = run.Index + run.Length;
        var shown = new StringBuilder(text, match.Index, run.Index - match.Index, match.Length);
        bool isZoneShown = true;
        for (int i = run.Index; i < end;)
        {
            if (AddressAt(text, i, end, out int length) is not { } address)
            {
                shown.Append(text[i++]);
                continue;
            }

            shown.Append(how == NatsDashboardAddresses.Drop ? Dropped : Shorten(address));
            i += length;
            isZoneShown = i < end;
        }

        if (isZoneShown)
        {
            shown.Append(zone.Value);
        }

        int rest = end + zone.Length;
        shown.Append(text, rest, match.Index + match.Length - rest);
        return shown.ToString() == $"[{Dropped}]" ? Dropped : shown.ToString();
    }

    // The longest address that begins here. One without a digit has to be a word of its own, because "Foo::Bar" contains some.
    private static IPAddress? AddressAt(string text, int start, int end, out int length)
    {
        for (length = Math.Min(end - start, LongestV6); length >= 2; length--)
        {
            ReadOnlySpan<char> part = text.AsSpan(start, length);
            if (part.Contains(':')
                && IPAddress.TryParse(part, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6
                && (part.ContainsAnyInRange('0', '9') || !(IsWord(text, start - 1) || IsWord(text, start + length))))
            {
                return address;
            }
        }

        return null;
    }

    private static bool IsWord(string text, int index) => index >= 0 && index < text.Length && (char.IsLetterOrDigit(text[index]) || text[index] == '_');

    private static string Shorten(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        Array.Clear(bytes, 6, 10);
        return new IPAddress(bytes).ToString();
    }
}
