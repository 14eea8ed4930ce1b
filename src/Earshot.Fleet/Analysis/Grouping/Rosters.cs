namespace Earshot.Fleet.Analysis;

/// <summary>Which connections servers had at a time, as far as the records show it.</summary>
internal sealed class Rosters
{
    private readonly Dictionary<string, List<(ulong Client, DateTimeOffset From, DateTimeOffset To)>> _servers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);

    public Rosters(FactSet facts, IReadOnlyList<FoundLoss> losses)
    {
        HashSet<string> refused = [.. losses.Where(loss => loss.Loss.IsRefusal).Select(loss => loss.Key)];
        foreach (ServerSession session in facts.Sessions.Values.Where(session => !refused.Contains($"{session.Key.ServerId}:{session.Key.ClientId}")))
        {
            Add(facts, session.Key, session.Start, session.Stop);
        }

        foreach (JournalFacts journal in facts.Journals)
        {
            foreach (JournalSession session in journal.Sessions.Where(session => session.Server?.Id is not null && (session.Key is not { } key || !facts.Sessions.ContainsKey(key))))
            {
                bool isOver = session.End is not null || journal.Sessions[^1].Number > session.Number || journal.EndsInOrder;
                DateTimeOffset? end = session.End?.Time ?? (isOver ? journal.Entries[^1].Time : null);
                Add(facts, session.Key ?? new SessionKey(session.Server!.Id!, 0), session.Started is { } started ? facts.Clocks.OfJournal(journal.Connection.Id, started) : null, end is { } at ? facts.Clocks.OfJournal(journal.Connection.Id, at) : null);
            }
        }
    }

    /// <summary>The number of connections that are open as far as is known.</summary>
    public int Open(string server) => _open.GetValueOrDefault(server);

    /// <summary>The number of connections of these servers at a time, with those that were lost then: both sides may date an end a little differently.</summary>
    public int CountAt(IEnumerable<string> servers, DateTimeOffset at, IReadOnlySet<SessionKey> lost) =>
        servers.Sum(server => _servers.TryGetValue(server, out List<(ulong Client, DateTimeOffset From, DateTimeOffset To)>? all)
            ? all.Count(one => (one.From <= at && at <= one.To) || lost.Contains(new SessionKey(server, one.Client)))
            : 0);

    private void Add(FactSet facts, SessionKey key, DateTimeOffset? from, DateTimeOffset? to)
    {
        if (!_servers.TryGetValue(key.ServerId, out List<(ulong Client, DateTimeOffset From, DateTimeOffset To)>? all))
        {
            _servers[key.ServerId] = all = [];
        }

        DateTimeOffset? end = to ?? facts.ServerOf(key.ServerId)?.End?.To;
        all.Add((key.ClientId, from ?? DateTimeOffset.MinValue, end ?? DateTimeOffset.MaxValue));
        if (end is null)
        {
            _open[key.ServerId] = _open.GetValueOrDefault(key.ServerId) + 1;
        }
    }
}
