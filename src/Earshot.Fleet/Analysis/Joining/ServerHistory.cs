namespace Earshot.Fleet.Analysis;

/// <summary>Collects what the records show about servers: names, marks, and when each of them ended.</summary>
internal static class ServerHistory
{
    private static readonly ServerRecordKind[] s_ends = [ServerRecordKind.LameDuck, ServerRecordKind.Shutdown];
    private static readonly ServerRecordKind[] s_events = [ServerRecordKind.Connect, ServerRecordKind.Stats, ServerRecordKind.Shutdown, ServerRecordKind.LameDuck, ServerRecordKind.Silent];

    public static SortedDictionary<string, ServerFacts> Of(IReadOnlyList<ServerRecord> records, IReadOnlyList<JournalFacts> journals, ClockOffsets clocks)
    {
        var sightings = new List<Sighting>();
        sightings.AddRange(records.SelectMany(record => OfRecord(record, clocks)));
        sightings.AddRange(journals.SelectMany(journal => journal.Entries.SelectMany(entry => OfEntry(journal.Connection.Id, entry, clocks))));
        bool hasEvents = records.Any(record => s_events.Contains(record.Kind));
        var servers = new SortedDictionary<string, ServerFacts>(StringComparer.Ordinal);
        foreach (IGrouping<string, Sighting> server in sightings.GroupBy(sighting => sighting.Id, StringComparer.Ordinal))
        {
            servers[server.Key] = Collect(server.Key, [.. server]) with { HasEvents = hasEvents };
        }

        return WithEnds(servers, records, clocks);
    }

    private static ServerFacts Collect(string id, IReadOnlyList<Sighting> all)
    {
        DateTimeOffset? First(ServerRecordKind kind) => all.Where(sighting => sighting.Mark == kind).Select(sighting => (DateTimeOffset?)sighting.At).Min();
        IEnumerable<ServerMark> ends = s_ends.Where(kind => First(kind) is not null).Select(kind => new ServerMark(kind, First(kind)!.Value));
        return new ServerFacts(id)
        {
            Name = all.Select(sighting => sighting.Name).Max(StringComparer.Ordinal),
            FirstSeen = all.Min(sighting => sighting.At),
            LastSeen = all.Where(sighting => sighting.Mark != ServerRecordKind.Silent).Select(sighting => sighting.At).DefaultIfEmpty(all.Min(sighting => sighting.At)).Max(),
            Marks = [.. ends.Concat(Silences(all)).OrderBy(mark => mark.At).ThenBy(mark => mark.Kind)],
        };
    }

    // A silence lasts until the first return behind it; what else is recorded of it meanwhile says the same. The next one may begin with the answer that ended it.
    private static List<ServerMark> Silences(IReadOnlyList<Sighting> all)
    {
        var silences = new List<ServerMark>();
        foreach (Sighting sighting in all.Where(sighting => sighting.Mark is ServerRecordKind.Silent or ServerRecordKind.Back).OrderBy(sighting => sighting.At).ThenByDescending(sighting => sighting.Mark))
        {
            bool isOpen = silences is [.., { Back: null }];
            if (sighting.Mark == ServerRecordKind.Silent && !isOpen)
            {
                silences.Add(new ServerMark(ServerRecordKind.Silent, sighting.At) { Recorded = sighting.Recorded });
            }
            else if (sighting.Mark == ServerRecordKind.Back && isOpen && sighting.At > silences[^1].At)
            {
                silences[^1] = silences[^1] with { Back = sighting.At };
            }
        }

        return silences;
    }

    private static SortedDictionary<string, ServerFacts> WithEnds(SortedDictionary<string, ServerFacts> servers, IReadOnlyList<ServerRecord> records, ClockOffsets clocks)
    {
        var done = new SortedDictionary<string, ServerFacts>(StringComparer.Ordinal);
        ILookup<string, ServerFacts> named = servers.Values.Where(server => server.Name is not null).ToLookup(server => server.Name!, StringComparer.Ordinal);
        foreach (ServerFacts server in servers.Values)
        {
            ServerFacts? next = server.Name is null ? null : named[server.Name].Where(other => other.FirstSeen > server.FirstSeen).MinBy(other => other.FirstSeen);
            (DateTimeOffset From, DateTimeOffset To)? end = server.MarkedAt(ServerRecordKind.Shutdown) is { } stopped
                ? (stopped, stopped)
                : Narrow(RoutesLost(server.Id, records, clocks), next?.FirstSeen, server.LastSeen);
            done[server.Id] = server with { End = end, IsReplaced = next is not null };
        }

        return done;
    }

    // It ended after it was seen last, before its successor was seen first, and while its peers lost it.
    private static (DateTimeOffset From, DateTimeOffset To)? Narrow((DateTimeOffset From, DateTimeOffset To)? routes, DateTimeOffset? successor, DateTimeOffset seen)
    {
        DateTimeOffset? to = routes is { } lost && (successor is null || lost.To < successor) ? lost.To : successor;
        // Routes are known by the names of servers, so that a peer which has one again may mean the successor.
        DateTimeOffset from = routes is { } had && had.From > seen && successor is null ? had.From : seen;
        return to is { } end ? (from < end ? from : end, end) : null;
    }

    // A peer that had a route to it has none any more.
    private static (DateTimeOffset From, DateTimeOffset To)? RoutesLost(string id, IReadOnlyList<ServerRecord> records, ClockOffsets clocks)
    {
        (DateTimeOffset From, DateTimeOffset To)? found = null;
        foreach (IGrouping<string, ServerRecord> peer in records.Where(record => record.Kind == ServerRecordKind.Stats && record.Routes is not null && record.Server.Id != id).GroupBy(record => record.Server.Id, StringComparer.Ordinal))
        {
            var stats = peer.OrderBy(record => record.At).ToList();
            int last = stats.FindLastIndex(record => record.Routes!.Contains(id));
            if (last >= 0 && last + 1 < stats.Count)
            {
                (DateTimeOffset From, DateTimeOffset To) lost = (clocks.OfServer(peer.Key, stats[last].At), clocks.OfServer(peer.Key, stats[last + 1].At));
                found = found is null || lost.To < found.Value.To ? lost : found;
            }
        }

        return found;
    }

    private static IEnumerable<Sighting> OfRecord(ServerRecord record, ClockOffsets clocks)
    {
        (string id, string? name) = (record.Server.Id, record.Server.Name);
        yield return new Sighting(id, name, clocks.OfServer(id, record.At), record.Kind) { Recorded = record.At };
        if (record.Client?.Start is { } start)
        {
            yield return new Sighting(id, name, clocks.OfServer(id, start), ServerRecordKind.Seen);
        }
    }

    // A journal names servers that it was connected to; what it calls a lame duck is one.
    private static IEnumerable<Sighting> OfEntry(string journal, JournalEntry entry, ClockOffsets clocks)
    {
        if (entry.Server?.Id is { } id)
        {
            bool isSighting = entry.Kind is NatsEventKind.Connected or NatsEventKind.Reconnected or NatsEventKind.ConnectAttemptFailed or NatsEventKind.LameDuckMode;
            ServerRecordKind kind = entry.Kind == NatsEventKind.LameDuckMode ? ServerRecordKind.LameDuck : ServerRecordKind.Seen;
            if (isSighting)
            {
                yield return new Sighting(id, entry.Server.Name, clocks.OfJournal(journal, entry.Time), kind);
            }
        }
    }

    private sealed record Sighting(string Id, string? Name, DateTimeOffset At, ServerRecordKind Mark)
    {
        public DateTimeOffset Recorded { get; init; }
    }
}
