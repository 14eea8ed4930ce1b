using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Earshot.Dashboard.Redaction;

/// <summary>Shortens or removes the IP addresses of a text. A URL with an address stays a URL.</summary>
internal static partial class AddressText
{
    private const string Dropped = "ip";

    internal static string Apply(string text, NatsDashboardAddresses how)
    {
        if (how == NatsDashboardAddresses.Keep)
        {
            return text;
        }

        text = V6.Replace(text, match => Shorten(match.Value, how));
        return V4.Replace(text, match => how == NatsDashboardAddresses.Drop ? Dropped : $"{match.Groups["start"].Value}x");
    }

    [GeneratedRegex(@"(?<![\w.])(?<start>\d{1,3}\.\d{1,3}\.\d{1,3}\.)\d{1,3}(?!\.\d|\w)")]
    private static partial Regex V4 { get; }

    [GeneratedRegex(@"\[?(?<![\w:])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*(%\w+)?\]?")]
    private static partial Regex V6 { get; }

    private static string Shorten(string text, NatsDashboardAddresses how)
    {
        string bare = text.Trim('[', ']');
        if (!IPAddress.TryParse(bare, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return text;
        }

        if (how == NatsDashboardAddresses.Drop)
        {
            return Dropped;
        }

        byte[] bytes = address.GetAddressBytes();
        Array.Clear(bytes, 6, 10);
        string shortened = new IPAddress(bytes).ToString();
        return text.StartsWith('[') ? $"[{shortened}]" : shortened;
    }
}
