namespace Earshot.Fleet;

/// <summary>
/// Compares each report with the one before and returns what is new: incidents that begin, change and end, and servers that change their states. The parts of
/// a rolling restart are changes of the whole. Has no clock of its own; not thread-safe.
/// </summary>
public sealed class FleetChangeTracker
{
    // What follows soon after belongs to the same change.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(5);

    // As the analysis puts refusals of one cause together.
    private static readonly TimeSpan s_quietRefusals = TimeSpan.FromSeconds(60);

    // An incident begins with its first loss; how large it is shows soon afterwards.
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (FleetIncident Shown, DateTimeOffset At, bool IsOver, bool IsFirst)> _incidents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FleetServerState> _servers = new(StringComparer.Ordinal);

    // The journal of a client that is back may arrive as late; afterwards it is not waited for.
    private static readonly TimeSpan s_journal = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether an incident is over: no client of it is known to be without a connection, none of its servers is silent or in lame duck mode, and nothing of it
    /// happened in the last 5 s (60 s for refusals). A client with a journal of which nothing is known yet counts as being without one for 60 s.
    /// </summary>
    /// <param name="incident">The incident.</param>
    /// <param name="report">The report that has it.</param>
    /// <param name="now">The time up to which the report has records.</param>
    /// <exception cref="ArgumentNullException"><paramref name="incident"/> or <paramref name="report"/> is null.</exception>
    public static bool IsOver(FleetIncident incident, FleetReport report, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(incident);
        ArgumentNullException.ThrowIfNull(report);
        List<FleetLoss> losses = [.. LossesOf(incident)];
        DateTimeOffset last = losses.Select(loss => loss.To + (loss.Downtime ?? TimeSpan.Zero)).Append(incident.To).Max();
        return now - last >= (incident.Kind == FleetIncidentKind.Refusals ? s_quietRefusals : s_quiet)
            && losses.All(loss => loss.Outcome != FleetOutcome.Down && (loss.Outcome != FleetOutcome.Unknown || loss.ConnectionId is null || now - loss.To >= s_journal))
            && !report.Servers.Any(server => server.State is FleetServerState.Silent or FleetServerState.LameDuck && incident.Servers.Contains(server.Name, StringComparer.Ordinal));
    }

    /// <summary>Returns the changes since the last call, servers first. An incident that changes continuously is returned 1 s after it began and then every 5 s.</summary>
    /// <param name="report">The present report.</param>
    /// <param name="now">The time up to which it has records; it does not go backwards.</param>
    /// <param name="since">
    /// Incidents that began before are ignored; default: none. With a window of records that moves, it must be at least 15 minutes behind the beginning of the
    /// window: an incident of which a part is not in the window any more looks like another one.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="report"/> is null.</exception>
    public IReadOnlyList<FleetChange> Next(FleetReport report, DateTimeOffset now, DateTimeOffset since = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        var changes = new List<FleetChange>(ServersOf(report));
        IReadOnlyList<FleetIncident> incidents = [.. report.Incidents.Where(incident => incident.From >= since)];
        Rename(incidents);
        foreach (FleetIncident incident in incidents)
        {
            if (Change(incident, IsOver(incident, report, now), now) is { } kind)
            {
                changes.Add(new FleetChange(kind) { Incident = incident });
            }
        }

        HashSet<string> known = [.. incidents.SelectMany(IdsOf)];
        foreach ((string id, (FleetIncident shown, _, bool isOver, _)) in _incidents.Where(pair => !known.Contains(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList())
        {
            _incidents.Remove(id);
            if (!isOver && shown.From >= since)
            {
                changes.Add(new FleetChange(FleetChangeKind.IncidentWithdrawn) { Incident = shown });
            }
        }

        // A part was shown by itself before it was one.
        foreach (string part in incidents.SelectMany(incident => incident.Parts.SelectMany(IdsOf)))
        {
            _incidents.Remove(part);
        }

        return changes;
    }

    // The id is that of the earliest mark or loss; a record of an earlier one that arrives later gives the same incident another id.
    private void Rename(IReadOnlyList<FleetIncident> incidents)
    {
        HashSet<string> ids = [.. incidents.SelectMany(IdsOf)];
        foreach (FleetIncident incident in incidents.Where(incident => !_incidents.ContainsKey(incident.Id)))
        {
            string? before = _incidents.Where(known => !ids.Contains(known.Key) && IsSame(known.Value.Shown, incident)).Select(known => known.Key).Order(StringComparer.Ordinal).FirstOrDefault();
            if (before is not null && _incidents.Remove(before, out (FleetIncident, DateTimeOffset, bool, bool) state))
            {
                _incidents[incident.Id] = state;
            }
        }
    }

    private static bool IsSame(FleetIncident before, FleetIncident now) =>
        before.From - s_quiet <= now.To && now.From - s_quiet <= before.To && before.Servers.Intersect(now.Servers, StringComparer.Ordinal).Any();

    private static IEnumerable<FleetLoss> LossesOf(FleetIncident incident) => incident.Parts.SelectMany(LossesOf).Concat(incident.Losses);

    private static IEnumerable<string> IdsOf(FleetIncident incident) => incident.Parts.SelectMany(IdsOf).Prepend(incident.Id);

    private FleetChangeKind? Change(FleetIncident incident, bool isOver, DateTimeOffset now)
    {
        bool isKnown = _incidents.TryGetValue(incident.Id, out (FleetIncident Shown, DateTimeOffset At, bool IsOver, bool IsFirst) before);
        bool isOther = isKnown && (before.Shown.Version, before.Shown.Sentence) != (incident.Version, incident.Sentence);
        FleetChangeKind? kind = (isKnown, isOver) switch
        {
            (false, _) => FleetChangeKind.IncidentBegan,
            (_, true) when !before.IsOver => FleetChangeKind.IncidentEnded,
            _ when isOther && (now - before.At >= (before.IsFirst ? s_first : s_quiet) || before.IsOver) => FleetChangeKind.IncidentChanged,
            _ => null,
        };
        if (kind is not null)
        {
            // One that was over before it was known first begins, and ends with the next report.
            _incidents[incident.Id] = (incident, now, isOver && isKnown, !isKnown);
        }

        return kind;
    }

    private IEnumerable<FleetChange> ServersOf(FleetReport report)
    {
        foreach (FleetServer server in report.Servers)
        {
            bool isKnown = _servers.TryGetValue(server.Id, out FleetServerState before);
            if (!isKnown || before != server.State)
            {
                _servers[server.Id] = server.State;
                yield return new FleetChange(FleetChangeKind.ServerChanged) { Server = server, Before = isKnown ? before : null };
            }
        }

        foreach (string gone in _servers.Keys.Except(report.Servers.Select(server => server.Id)).ToList())
        {
            _servers.Remove(gone);
        }
    }
}
