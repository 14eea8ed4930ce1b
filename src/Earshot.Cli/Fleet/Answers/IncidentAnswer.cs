using System.Text.Json.Serialization;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>An incident in the answer of <c>earshot fleet incidents</c>; a part of a rolling restart has the id of the whole.</summary>
internal sealed record IncidentAnswer(
    string Id, int Version, string? PartOf, string Kind, string Verdict, DateTime From, DateTime To, IReadOnlyList<string> Servers, int Losses, int Roster, string Sentence)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "incident";

    internal static IEnumerable<IncidentAnswer> Of(FleetIncident incident, string? whole = null) =>
        incident.Parts.SelectMany(part => Of(part, incident.Id)).Prepend(new IncidentAnswer(
            incident.Id, incident.Version, whole, incident.Kind.ToString(), incident.Verdict.ToString(), incident.From.UtcDateTime, incident.To.UtcDateTime, incident.Servers, incident.Count, incident.Roster, incident.Sentence));
}
