using Earshot.Fleet;

namespace Earshot.Dashboard.Fleets;

/// <summary>The fleet at one moment, ready to be shown. Immutable, except that what is asked for is made when it is asked for.</summary>
internal sealed class FleetPicture
{
    private const int MostLossesListed = 300;

    private readonly FleetPictureBuilder? _builder;
    private readonly FleetReport? _report;
    private readonly IReadOnlyList<FleetConnection> _connections = [];

    /// <summary>The picture before anything was read.</summary>
    internal FleetPicture(FleetContent content) => Content = content;

    internal FleetPicture(FleetPictureBuilder builder, FleetReport report, IReadOnlyList<FleetConnection> connections)
    {
        (_builder, _report, _connections) = (builder, report, connections);
        Content = builder.Build(connections, search: null);
    }

    /// <summary>What the page draws.</summary>
    internal FleetContent Content { get; }

    /// <summary>The same with the connections that one looks for.</summary>
    internal FleetContent Search(string text) => _builder is null ? Content : _builder.Build(_connections, text);

    /// <summary>The first losses of an incident, with those of its parts; null for an unknown one.</summary>
    internal IReadOnlyList<FleetLossRow>? LossesOf(string id) =>
        _report?.Incidents.SelectMany(WithParts).FirstOrDefault(incident => incident.Id == id) is { } incident ? Rows(incident) : null;

    /// <summary>The content of a file, in which nothing can be asked for.</summary>
    internal FleetContent AsFile()
    {
        Dictionary<string, FleetIncident> incidents = _report?.Incidents.SelectMany(WithParts).DistinctBy(incident => incident.Id).ToDictionary(incident => incident.Id, StringComparer.Ordinal) ?? [];
        return Content with { Path = null, Position = null, Incidents = [.. Content.Incidents.Select(WithLosses)] };

        FleetIncidentRow WithLosses(FleetIncidentRow row) => row with { Losses = Rows(incidents[row.Id]), Parts = row.Parts is null ? null : [.. row.Parts.Select(WithLosses)] };
    }

    private static IEnumerable<FleetIncident> WithParts(FleetIncident incident) => incident.Parts.SelectMany(WithParts).Prepend(incident);

    private static IEnumerable<FleetLoss> LossesOf(FleetIncident incident) => WithParts(incident).SelectMany(part => part.Losses);

    private IReadOnlyList<FleetLossRow> Rows(FleetIncident incident) => [.. LossesOf(incident).OrderBy(loss => loss.From).Take(MostLossesListed).Select(loss => _builder!.Of(loss, -1))];
}
