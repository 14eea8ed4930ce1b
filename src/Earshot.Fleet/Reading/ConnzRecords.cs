using Earshot.Fleet.Analysis;

namespace Earshot.Fleet.Reading;

/// <summary>From a page of connections to records.</summary>
internal static class ConnzRecords
{
    // Older servers give the token of a client as its user; only clients of the default account can have one.
    private static readonly Version s_hidesTokens = new(2, 11);

    public static ServerIdentity IdentityOf(ConnzServer? server, ConnzPage? page) =>
        new(server?.Id is { Length: > 0 } id ? id : page?.ServerId ?? "") { Name = NullIfEmpty(server?.Name), Cluster = NullIfEmpty(server?.Cluster), Version = NullIfEmpty(server?.Version) };

    public static IEnumerable<ServerRecord> Of(ServerIdentity server, ConnzPage page, FleetRedaction redaction)
    {
        // A row that is null, or whose end cannot be true, says nothing.
        foreach (ConnzRow row in (page.Connections ?? []).OfType<ConnzRow>().Where(row => !HasEnd(row) || Plausible.Time(row.Stop) is not null))
        {
            DateTimeOffset? stop = HasEnd(row) ? row.Stop : null;
            var record = new ServerRecord
            {
                Kind = stop is null ? ServerRecordKind.Open : ServerRecordKind.Filled,
                At = stop ?? page.Now,
                Server = server,
                Reason = stop is null ? null : NullIfEmpty(row.Reason),
                Client = new ServerClient(row.Id)
                {
                    Start = Plausible.Time(row.Start),
                    Stop = stop,
                    Account = NullIfEmpty(row.Account),
                    User = MayBeToken(server, row.Account) ? null : NullIfEmpty(row.User),
                    Name = NullIfEmpty(row.Name),
                    Ip = NullIfEmpty(row.Ip),
                    Port = row.Port,
                    Lang = NullIfEmpty(row.Lang),
                    Version = NullIfEmpty(row.Version),
                    Kind = NullIfEmpty(row.Kind),
                },
            };
            yield return (ServerRecord)redaction.Apply(record);
        }
    }

    /// <summary>Whether what the server calls the user of a client of this account may be its token.</summary>
    public static bool MayBeToken(ServerIdentity server, string? account) =>
        account is null or "" or "$G" && !(System.Version.TryParse(server.Version?.Split('-')[0], out Version? version) && version >= s_hidesTokens);

    // Servers may write the end of an open connection as the first year.
    private static bool HasEnd(ConnzRow row) => row.Stop > DateTimeOffset.UnixEpoch;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
