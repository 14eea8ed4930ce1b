using System.Globalization;
using Earshot.Dashboard.Redaction;
using Earshot.Dashboard.Timeline;
using Earshot.Fleet;

namespace Earshot.Dashboard.Fleets;

/// <summary>From records and what they show to what the page draws. Pure: the time is that of the picture.</summary>
internal sealed class FleetPictureBuilder
{
    private const int MostIncidents = 100;
    private const int MostSpans = 200;
    private const int MostFindings = 20;

    private readonly NatsDashboardOptions _options;
    private readonly FleetStreamContent _stored;
    private readonly FleetReport _report;
    private readonly DateTimeOffset _start;
    private readonly DateTimeOffset _now;

    private FleetPictureBuilder(FleetStreamContent stored, FleetReport report, NatsDashboardOptions options, DateTimeOffset now)
    {
        (_stored, _report, _options, _now) = (stored, report, options, now);
        DateTimeOffset first = stored.Records.Select(record => record.Time).Where(time => time >= stored.From && time < now).DefaultIfEmpty(now.AddMinutes(-1)).Min();
        // It does not move with each picture.
        _start = new DateTimeOffset(first.UtcTicks - (first.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
    }

    /// <summary>Returns the picture of what the streams have.</summary>
    internal static FleetPicture Build(FleetStreamContent stored, NatsDashboardOptions options, DateTimeOffset now)
    {
        FleetReport report = Incidents.Find(stored.Records, new IncidentOptions { CompleteUntil = stored.CompleteUntil });
        return new FleetPicture(new FleetPictureBuilder(stored, report, options, now), report, ConnectionBuilder.Build(stored.Records, report));
    }

    /// <summary>Returns the content with the connections that have a loss, or with those that one looks for.</summary>
    internal FleetContent Build(IReadOnlyList<FleetConnection> connections, string? search)
    {
        List<FleetTrack> tracks = [.. Servers()];
        var losses = new List<FleetLossRow>();
        foreach (FleetRow row in FleetFolding.Fold(connections, search))
        {
            if (row.Connection is { } connection)
            {
                losses.AddRange(connection.Losses.TakeLast(MostSpans).Select(loss => Of(loss, tracks.Count)));
            }

            tracks.Add(row.Connection is null ? new FleetTrack(Shown(row.Name), [], []) { Level = row.Level } : Of(row.Connection));
        }

        int affected = connections.Count(connection => connection.Losses.Count > 0);
        int rows = tracks.Count(track => track.Level == 0) - tracks.TakeWhile(track => track.Level == 0).Count();
        return new FleetContent((_start - DateTimeOffset.UnixEpoch).TotalMilliseconds, At(_now), tracks, [.. losses.OrderBy(loss => loss.From)])
        {
            Incidents = [.. _report.Incidents.OrderByDescending(incident => incident.From).ThenBy(incident => incident.Id, StringComparer.Ordinal).Take(MostIncidents).Select(Of)],
            Servers = [.. _report.Servers.Select(server => new FleetServerRow(Shown(server.Name), Shown(server.Id), server.State.ToString(), server.Open, PageDataBuilder.Round(server.ClockOffset.TotalSeconds)))],
            Findings = [.. _report.Findings.TakeLast(MostFindings).Select(finding => Shown(finding.Sentence))],
            Notes = [.. Notes().Select(Shown)],
            Connections = connections.Count,
            Affected = affected,
            Losses = _report.Losses.Count(),
            Down = _report.Losses.Count(loss => loss.Outcome == FleetOutcome.Down),
            NotShown = search is null ? Math.Max(0, affected - rows) : 0,
            Records = _stored.Records.Count,
        };
    }

    /// <summary>Returns a loss as the page shows it.</summary>
    internal FleetLossRow Of(FleetLoss loss, int track) => new(track, At(loss.From))
    {
        To = loss.Outcome is FleetOutcome.Back or FleetOutcome.InferredBack && loss.Downtime is { } down ? At(loss.From + down) : null,
        Name = Shown(loss.Name ?? loss.ConnectionId ?? "a client without a name"),
        Server = Shown(loss.ClientId is { } client ? string.Create(CultureInfo.InvariantCulture, $"{loss.Server}, cid {client}") : loss.Server),
        Client = Shown(string.Join(", ", new[] { Part("account", loss.Account), Part("user", loss.User), Part("host", loss.Host) }.OfType<string>())),
        Refused = loss.IsRefusal,
        Cause = Shown(loss.Cause),
        ClientSays = loss.ClientSays is { } said ? Shown(said) : null,
        ServerSays = loss.ServerSays is { } text ? Shown(text) : null,
        Outcome = Shown(loss.OutcomeText),
        Down = loss.Outcome == FleetOutcome.Down,
    };

    private static string? Part(string what, string? value) => value is null ? null : $"{what} {value}";

    private FleetIncidentRow Of(FleetIncident incident) => new(incident.Id, At(incident.From), At(incident.To))
    {
        Version = incident.Version,
        Kind = incident.Kind.ToString(),
        Sentence = Shown(incident.Sentence),
        Count = incident.Count,
        Over = FleetChangeTracker.IsOver(incident, _report, _now),
        Parts = incident.Parts.Count == 0 ? null : [.. incident.Parts.Select(Of)],
    };

    private FleetTrack Of(FleetConnection connection)
    {
        var spans = new List<PageSpan>();
        foreach (FleetSession session in connection.Sessions.TakeLast(MostSpans))
        {
            DateTimeOffset from = session.From ?? _start;
            DateTimeOffset to = session.To ?? connection.Losses.Where(loss => !loss.IsRefusal && loss.From > from).Select(loss => loss.From).DefaultIfEmpty(_now).Min();
            spans.Add(new PageSpan(At(from), Math.Max(At(from), At(to))) { State = "Open", Text = Shown(session.Server) });
        }

        foreach (FleetLoss loss in connection.Losses.TakeLast(MostSpans))
        {
            DateTimeOffset end = loss.Outcome == FleetOutcome.Down ? _now : loss.From + (loss.Downtime ?? TimeSpan.Zero);
            spans.Add(new PageSpan(At(loss.From), Math.Max(At(loss.From), At(end))) { State = "Lost" });
        }

        return new FleetTrack(Shown(connection.Name ?? connection.Key), [.. spans.OrderBy(span => span.From)], []);
    }

    // One row for each name, with the runs of its servers one after the other.
    private IEnumerable<FleetTrack> Servers()
    {
        foreach (IGrouping<string, ServerRun> server in ServerRun.Of(_stored.Records, _report).Where(run => run.First < _now).GroupBy(run => run.Name ?? run.Id, StringComparer.Ordinal).OrderBy(server => server.Key, StringComparer.Ordinal))
        {
            ServerRun[] runs = [.. server];
            var spans = new List<PageSpan>();
            var lameDucks = new List<PageSpan>();
            for (int i = 0; i < runs.Length; i++)
            {
                ServerRun run = runs[i];
                DateTimeOffset next = i + 1 < runs.Length ? runs[i + 1].First : _now;
                bool isKnownToRun = i + 1 == runs.Length && _report.Servers.Any(known => known.Id == run.Id && known.State != FleetServerState.Stopped);
                DateTimeOffset end = run.Stopped ?? (isKnownToRun || i + 1 < runs.Length ? next : run.Last);
                spans.Add(new PageSpan(At(run.First), At(end)) { State = "Up" });
                spans.AddRange(run.FindSilences().Select(silence => new PageSpan(At(silence.From), Math.Max(At(silence.From), At(silence.Back ?? end))) { State = "Silent" }));

                if (end < next)
                {
                    spans.Add(new PageSpan(At(end), At(next)) { State = "Stopped" });
                }

                if (run.LameDuck is { } lameDuck)
                {
                    lameDucks.Add(new PageSpan(At(lameDuck), Math.Max(At(lameDuck), At(end))) { Text = Shown(server.Key) });
                }
            }

            yield return new FleetTrack(Shown(server.Key), spans, lameDucks);
        }
    }

    private IEnumerable<string> Notes()
    {
        foreach (FleetStreamState stream in _stored.Streams)
        {
            if (stream.Problem is { } problem)
            {
                yield return problem;
            }
            else if (stream.Messages == 0 && stream.Exists == true)
            {
                yield return $"{stream.Name} has no message of this time: {(stream.Name.EndsWith("JOURNAL", StringComparison.Ordinal) ? "no client ships its journal" : "no collector runs")}.";
            }

            (long Count, string What)[] counts = [(stream.Malformed, "messages were ignored, because they are no records"), (stream.Missed, "messages were removed before they were read"), (stream.Evicted, "of the oldest records were left out, because there are too many")];
            foreach ((long count, string what) in counts.Where(pair => pair.Count > 0))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{stream.Name}: {count} {what}.");
            }
        }

        if (_report.IgnoredRecords > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{_report.IgnoredRecords} records have times that cannot be true, and were ignored.");
        }

        if (_report.MissingEvents.Count > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{_report.MissingEvents.Count} journals have holes: {_report.MissingEvents.Values.Sum()} events are missing.");
        }
    }

    private string Shown(string text) => PageDataBuilder.Shown(AddressText.Apply(SecretText.Apply(text), _options.Addresses));

    // Within the axis, whatever a clock says.
    private double At(DateTimeOffset time) => PageDataBuilder.Round(Math.Clamp((time - _start).TotalSeconds, 0, Math.Max(0, (_now - _start).TotalSeconds)));
}
