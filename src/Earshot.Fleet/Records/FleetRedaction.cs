using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Earshot.Fleet;

/// <summary>
/// What records keep. Passwords, tokens, JWTs, nonces, keys, credentials in URLs, texts of exceptions and contents of messages are never kept, whatever
/// is set here: readers of records copy only the members that are allowed.
/// </summary>
public sealed partial record FleetRedaction
{
    private const string Hidden = "***";
    private const int LongestText = 1024;

    /// <summary>The default, which keeps addresses.</summary>
    public static FleetRedaction Default { get; } = new();

    /// <summary>What is kept of the addresses of clients. Default: <see cref="FleetAddressPolicy.Keep"/>.</summary>
    public FleetAddressPolicy Addresses { get; init; }

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?|\bS[ACNOUX][A-Z2-7]{50,}")]
    private static partial Regex Secret { get; }

    [GeneratedRegex(@"^[A-Za-z0-9_.+`\[\],]{1,200}$")]
    private static partial Regex PlainTypeName { get; }

    /// <summary>Returns the record with what may be kept of it.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="record"/> is null.</exception>
    public FleetRecord Apply(FleetRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record switch
        {
            JournalRecord journal => new JournalRecord(Of(journal.Connection), Of(journal.Entry)),
            ServerRecord { Client: { } client } server => server with { Client = Of(client), Reason = Text(server.Reason) },
            _ => record,
        };
    }

    /// <summary>The URL as text, without user, password and query; null for one that is not absolute.</summary>
    internal static string? Url(Uri? url) => url is { IsAbsoluteUri: true } ? $"{url.Scheme}://{url.Authority}" : null;

    /// <summary>The name of a type; null for a text that is none, as a file may have it.</summary>
    internal static string? TypeName(string name) => PlainTypeName.IsMatch(name) ? name : null;

    /// <summary>A text without what looks like a JWT or the seed of a key, and not too long.</summary>
    internal static string? Text(string? text) =>
        text is null ? null : Secret.Replace(text.Length <= LongestText ? text : text[..LongestText], Hidden);

    internal static JournalConnection Of(JournalConnection connection) => connection with { Id = Text(connection.Id)!, Service = Text(connection.Service), Instance = Text(connection.Instance), Name = Text(connection.Name) };

    internal JournalEntry Of(JournalEntry entry) => entry with
    {
        Reason = Text(entry.Reason),
        Exception = entry.Exception is null ? null : TypeName(entry.Exception),
        Ip = Address(entry.Ip),
        Server = entry.Server is null ? null : entry.Server with { Url = Uri.TryCreate(entry.Server.Url, UriKind.Absolute, out Uri? url) ? Url(url) : null, Id = Text(entry.Server.Id), Name = Text(entry.Server.Name) },
    };

    private ServerClient Of(ServerClient client) => client with
    {
        Ip = Address(client.Ip),
        Port = Addresses == FleetAddressPolicy.Keep ? client.Port : 0,
        Account = Text(client.Account),
        User = Text(client.User),
        Name = Text(client.Name),
        Lang = Text(client.Lang),
        Version = Text(client.Version),
    };

    private string? Address(string? address)
    {
        if (address is null || Addresses == FleetAddressPolicy.Drop || !IPAddress.TryParse(address, out IPAddress? ip))
        {
            return null;
        }

        if (Addresses == FleetAddressPolicy.Keep)
        {
            return address;
        }

        byte[] bytes = ip.GetAddressBytes();
        Array.Clear(bytes, ip.AddressFamily == AddressFamily.InterNetwork ? 3 : 6, ip.AddressFamily == AddressFamily.InterNetwork ? 1 : bytes.Length - 6);
        return new IPAddress(bytes).ToString();
    }
}
