namespace Earshot.Fleet.Analysis;

/// <summary>All records, each once, joined by server id and client id. Depends only on the content of the records.</summary>
internal sealed class FactSet
{
    public FactSet(IEnumerable<FleetRecord> records, IncidentOptions options)
    {
        var given = records.ToList();
        List<FleetRecord> all = [.. given.Where(Plausible.Is)];
        (Options, Ignored) = (options, given.Count - all.Count);
        IReadOnlyList<ServerRecord> ofServers = ServerSessions.Distinct(all);
        Journals = JournalFacts.Of(all);
        Clocks = ClockOffsets.Estimate(ofServers, Journals);
        Sessions = ServerSessions.Merge(ofServers, Clocks);
        Servers = ServerHistory.Of(ofServers, Journals, Clocks);
    }

    public IncidentOptions Options { get; }

    /// <summary>The number of records with times or durations that cannot be true.</summary>
    public int Ignored { get; }

    public IReadOnlyList<JournalFacts> Journals { get; }

    public ClockOffsets Clocks { get; }

    public SortedDictionary<SessionKey, ServerSession> Sessions { get; }

    public SortedDictionary<string, ServerFacts> Servers { get; }

    public ServerFacts? ServerOf(string? id) => id is null ? null : Servers.GetValueOrDefault(id);
}
