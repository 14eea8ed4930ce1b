namespace Earshot.Fleet.Collecting;

/// <summary>
/// Which connections have a record, so that lists of servers show what events did not: open ones without a record, and those that ended without one. It has no
/// clock: times are those of the servers. Not thread-safe.
/// </summary>
internal sealed class ConnectionBook(BookRules rules)
{
    private readonly Dictionary<string, ServerBook> _servers = new(StringComparer.Ordinal);

    /// <summary>The number of connections that are open as far as is known.</summary>
    public int Open => _servers.Values.Sum(server => server.Open);

    /// <summary>Whether the end of a connection has a record.</summary>
    public bool HasEnd(string server, ulong client) => _servers.TryGetValue(server, out ServerBook? book) && book.HasEnd(client);

    /// <summary>A record was made of a start or an end.</summary>
    public void Recorded(ServerRecord record)
    {
        if (record.Client is not { } client || !IsClient(client))
        {
            return;
        }

        if (record.Kind == ServerRecordKind.Connect)
        {
            Of(record.Server.Id).Started(client.Id, client.Start ?? record.At, record.At);
        }
        else if (record.Kind is ServerRecordKind.Disconnect or ServerRecordKind.Filled)
        {
            Of(record.Server.Id).Ended(client.Id, record.At);
        }
    }

    /// <summary>Compares with the list of open connections of a server, and returns those that need a record.</summary>
    /// <param name="server">The id of the server.</param>
    /// <param name="rows">All its open connections.</param>
    /// <param name="now">When it made the list, by its clock.</param>
    public (IReadOnlyList<ServerRecord> New, bool IsMissing) Compare(string server, IReadOnlyCollection<ServerRecord> rows, DateTimeOffset now)
    {
        ServerBook book = Of(server);
        book.ForgetEndsBefore(now - rules.RememberEnds);
        return book.Compare(rows, now, rules);
    }

    /// <summary>Records of a connection were lost: it needs one again.</summary>
    public void Forget(string server, ulong client) => _servers.GetValueOrDefault(server)?.Forget(client);

    /// <summary>Too many records were lost to name their connections: all need one again.</summary>
    public void ForgetAll() => _servers.Clear();

    /// <summary>A server has ended, and its connections with it.</summary>
    public void Forget(string server) => _servers.Remove(server);

    private ServerBook Of(string server)
    {
        if (!_servers.TryGetValue(server, out ServerBook? book))
        {
            _servers[server] = book = new ServerBook();
        }

        return book;
    }

    // Lists have clients only, not the connections between servers.
    private static bool IsClient(ServerClient client) => client.Kind is null || client.Kind.Equals("Client", StringComparison.OrdinalIgnoreCase);
}
