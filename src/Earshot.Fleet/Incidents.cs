using Earshot.Fleet.Analysis;

namespace Earshot.Fleet;

/// <summary>Finds out what happened to the connections of a fleet.</summary>
public static class Incidents
{
    /// <summary>
    /// Joins both halves of every connection and returns incidents, single losses and findings. A pure function: the result depends only on the
    /// content of the records, not on their order or on how often each of them is there.
    /// </summary>
    /// <param name="records">Records of journals and servers, in any order.</param>
    /// <param name="options">How incidents are found; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="records"/> is null.</exception>
    public static FleetReport Find(IEnumerable<FleetRecord> records, IncidentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        var facts = new FactSet(records, options ?? new IncidentOptions());
        IReadOnlyList<FoundLoss> losses = new LossFinder(facts).Find();
        var rosters = new Rosters(facts, losses);
        (IReadOnlyList<FleetIncident> incidents, IReadOnlyList<FleetLoss> others) = new IncidentBuilder(facts, rosters).Build(LossGroups.Of(facts, losses));
        return new FleetReport
        {
            Incidents = incidents,
            Others = others,
            Findings = Detectors.Find(facts, losses, rosters),
            Servers = [.. facts.Servers.Values.OrderBy(server => server.Label, StringComparer.Ordinal).ThenBy(server => server.Id, StringComparer.Ordinal).Select(server => Of(server, facts, rosters))],
            IgnoredRecords = facts.Ignored,
            MissingEvents = facts.Journals.Where(journal => journal.Missing > 0).ToDictionary(journal => journal.Connection.Id, journal => journal.Missing),
        };
    }

    private static FleetServer Of(ServerFacts server, FactSet facts, Rosters rosters) => new(server.Id, server.Label, State(server), rosters.Open(server.Id), facts.Clocks.OfServer(server.Id));

    private static FleetServerState State(ServerFacts server) => server switch
    {
        { IsReplaced: true } => FleetServerState.Replaced,
        _ when server.MarkedAt(ServerRecordKind.Shutdown) is not null || server.End is not null => FleetServerState.Stopped,
        _ when server.MarkedAt(ServerRecordKind.LameDuck) is not null => FleetServerState.LameDuck,
        { IsSilent: true } => FleetServerState.Silent,
        _ => FleetServerState.Up,
    };
}
