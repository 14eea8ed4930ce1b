namespace Earshot.Fleet.Analysis;

/// <summary>
/// How far the clocks of servers and clients are ahead of one reference: the reader's clock where servers answered it, otherwise that of the server with
/// the most joined sessions. A server's clock is bounded by its answers; a client's by its sessions, which both sides report.
/// </summary>
internal sealed class ClockOffsets
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(250);

    private readonly SortedDictionary<string, TimeSpan> _servers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, TimeSpan> _clients = new(StringComparer.Ordinal); // by the names of their clocks
    private readonly Dictionary<string, string> _clocks = new(StringComparer.Ordinal); // of journals

    private ClockOffsets()
    {
    }

    public static ClockOffsets Estimate(IReadOnlyList<ServerRecord> records, IReadOnlyList<JournalFacts> journals)
    {
        var clocks = new ClockOffsets();
        foreach (JournalFacts journal in journals)
        {
            clocks._clocks[journal.Connection.Id] = ClockOf(journal.Connection);
        }

        foreach (IGrouping<string, ServerRecord> server in records.Where(record => record.Kind == ServerRecordKind.Seen && record.Received is not null).GroupBy(record => record.Server.Id, StringComparer.Ordinal))
        {
            clocks._servers[server.Key] = Median(server.Select(record => record.At - record.Received!.Value));
        }

        List<Pair> pairs = Pairs(records, journals);
        while (clocks.Extend(pairs) || clocks.Anchor(pairs))
        {
        }

        return clocks;
    }

    public TimeSpan OfServer(string id) => _servers.GetValueOrDefault(id);

    public DateTimeOffset OfServer(string id, DateTimeOffset time) => time - OfServer(id);

    public DateTimeOffset OfJournal(string id, DateTimeOffset time) => time - (_clocks.TryGetValue(id, out string? clock) ? _clients.GetValueOrDefault(clock) : TimeSpan.Zero);

    // The connections of a process have one clock; a process is known by its service and its instance.
    private static string ClockOf(JournalConnection connection) => connection is { Service: { } service, Instance: { } instance } ? $"{service} {instance}" : connection.Id;

    // The server accepted a connection between the times at which its client began to connect and was connected.
    private static List<Pair> Pairs(IReadOnlyList<ServerRecord> records, IReadOnlyList<JournalFacts> journals)
    {
        var starts = new Dictionary<SessionKey, DateTimeOffset>();
        foreach (ServerRecord record in records)
        {
            if (record.Client is { } client && (client.Start ?? (record.Kind == ServerRecordKind.Connect ? record.At : null)) is { } start)
            {
                starts.TryAdd(new SessionKey(record.Server.Id, client.Id), start);
            }
        }

        return
        [
            .. from journal in journals
               from session in journal.Sessions
               where session.Started is not null && session.Key is { } key && starts.ContainsKey(key)
               let accepted = starts[session.Key!.Value]
               let begun = session.Begun ?? session.Started!.Value
               select new Pair(ClockOf(journal.Connection), session.Key!.Value.ServerId, begun - accepted, session.Started!.Value - accepted),
        ];
    }

    // From clocks that are known to those that share a session with them.
    private bool Extend(List<Pair> pairs)
    {
        ILookup<string, Pair> clients = pairs.Where(pair => !_clients.ContainsKey(pair.Client) && _servers.ContainsKey(pair.Server)).ToLookup(pair => pair.Client);
        foreach (IGrouping<string, Pair> client in clients)
        {
            _clients[client.Key] = Best([.. client.Select(pair => (pair.Least + _servers[pair.Server], pair.Most + _servers[pair.Server]))]);
        }

        ILookup<string, Pair> servers = pairs.Where(pair => !_servers.ContainsKey(pair.Server) && _clients.ContainsKey(pair.Client)).ToLookup(pair => pair.Server);
        foreach (IGrouping<string, Pair> server in servers)
        {
            _servers[server.Key] = -Best([.. server.Select(pair => (pair.Least - _clients[pair.Client], pair.Most - _clients[pair.Client]))]);
        }

        return clients.Count + servers.Count > 0;
    }

    private bool Anchor(List<Pair> pairs)
    {
        string? best = pairs.Where(pair => !_servers.ContainsKey(pair.Server)).GroupBy(pair => pair.Server, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;
        if (best is not null)
        {
            _servers[best] = TimeSpan.Zero;
        }

        return best is not null;
    }

    // Servers accept soon before clients are connected. Where connecting took long, a clock that may be right is not corrected. A clock that was set meanwhile
    // fits no single offset.
    private static TimeSpan Best(IReadOnlyList<(TimeSpan Least, TimeSpan Most)> bounds)
    {
        (TimeSpan least, TimeSpan most) = (bounds.Max(bound => bound.Least), bounds.Min(bound => bound.Most));
        return least <= most ? In(least, most) : Median(bounds.Select(bound => In(bound.Least, bound.Most)));
    }

    private static TimeSpan In(TimeSpan least, TimeSpan most) => most - least <= s_soon ? most : Nearest(least, most);

    private static TimeSpan Nearest(TimeSpan least, TimeSpan most) => least > TimeSpan.Zero ? least : most < TimeSpan.Zero ? most : TimeSpan.Zero;

    private static TimeSpan Median(IEnumerable<TimeSpan> values)
    {
        List<TimeSpan> sorted = [.. values.Order()];
        return sorted[sorted.Count / 2];
    }

    // How far the clock of the client is ahead of that of the server.
    private readonly record struct Pair(string Client, string Server, TimeSpan Least, TimeSpan Most);
}
