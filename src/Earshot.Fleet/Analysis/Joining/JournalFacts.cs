using Earshot.Fleet.Records;

namespace Earshot.Fleet.Analysis;

/// <summary>The journal of one connection: its events in the order of their sequence, each once, and its sessions.</summary>
internal sealed record JournalFacts(JournalConnection Connection, IReadOnlyList<JournalEntry> Entries)
{
    public IReadOnlyList<JournalSession> Sessions { get; } = SessionsOf(Entries);

    /// <summary>The number of events between the first and the last one that are not there.</summary>
    public long Missing { get; } = Coverage.Missing(Entries);

    /// <summary>Whether the connection, or the shipper of its journal, ended as the application requested it: nothing after the last event is lost.</summary>
    public bool EndsInOrder { get; } = Entries.Count > 0 && IsEnd(Entries[^1]);

    /// <summary>The journals in the records, by their ids.</summary>
    public static IReadOnlyList<JournalFacts> Of(IEnumerable<FleetRecord> records) =>
    [
        .. records.OfType<JournalRecord>().GroupBy(record => record.Connection.Id, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new JournalFacts(
                Merge(group.Key, group.Select(record => record.Connection)),
                Coverage.WithoutFolded([.. group.Select(record => record.Entry).Distinct().GroupBy(entry => entry.Sequence).OrderBy(same => same.Key).Select(One)]))),
    ];

    /// <summary>The events behind an event.</summary>
    public IEnumerable<JournalEntry> After(JournalEntry entry)
    {
        (int low, int high) = (0, Entries.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Entries[middle].Sequence <= entry.Sequence ? (middle + 1, high) : (low, middle);
        }

        for (int i = low; i < Entries.Count; i++)
        {
            yield return Entries[i];
        }
    }

    // A connection that drains, closes.
    private static bool IsEnd(JournalEntry last) => last.Kind is NatsEventKind.Closed or NatsEventKind.DrainingPublishers
        || (last.Kind == NatsEventKind.DrainStarted && last.Reason == nameof(NatsDrainScope.Connection))
        || (last.Kind == NatsEventKind.None && last.Reason == JournalEntries.ShippingEnded);

    // The one that represents more is taken, and that of an event before the end of a shipper. Otherwise they are of a damaged file; which one is taken then depends on
    // their content alone.
    private static JournalEntry One(IEnumerable<JournalEntry> same)
    {
        List<JournalEntry> entries = [.. same];
        return entries.Count == 1 ? entries[0] : entries.OrderBy(entry => entry.Kind == NatsEventKind.None).ThenByDescending(entry => entry.Events ?? 1).ThenByDescending(entry => entry.Skipped ?? 0).ThenBy(entry => entry.ToString(), StringComparer.Ordinal).First();
    }

    private static JournalConnection Merge(string id, IEnumerable<JournalConnection> connections)
    {
        var all = connections.Distinct().ToList();
        return new JournalConnection(id)
        {
            Service = all.Select(connection => connection.Service).Max(StringComparer.Ordinal),
            Instance = all.Select(connection => connection.Instance).Max(StringComparer.Ordinal),
            Name = all.Select(connection => connection.Name).Max(StringComparer.Ordinal),
        };
    }

    private static IReadOnlyList<JournalSession> SessionsOf(IReadOnlyList<JournalEntry> entries)
    {
        var sessions = new SortedDictionary<int, JournalSession>();
        foreach (JournalEntry entry in entries.Where(entry => entry.Session > 0))
        {
            JournalSession session = sessions.GetValueOrDefault(entry.Session) ?? new JournalSession(entry.Session);
            bool isStart = entry.Kind is NatsEventKind.Connected or NatsEventKind.Reconnected;
            bool isEnd = entry.Kind == NatsEventKind.Disconnected;
            if (!isStart && !isEnd)
            {
                continue;
            }

            sessions[entry.Session] = session with
            {
                Server = session.Server ?? entry.Server,
                ClientId = session.ClientId ?? entry.ClientId,
                Ip = session.Ip ?? entry.Ip,
                Started = isStart ? entry.Time : session.Started ?? (entry.Duration is { } uptime ? entry.Time - TimeSpan.FromSeconds(uptime) : null),
                Begun = isStart && entry.Duration is { } connecting ? entry.Time - TimeSpan.FromSeconds(Math.Max(0, connecting)) : session.Begun,
                End = isEnd ? entry : session.End,
            };
        }

        return [.. sessions.Values];
    }
}
