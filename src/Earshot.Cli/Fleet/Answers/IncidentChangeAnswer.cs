using System.Text.Json.Serialization;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>An incident that began, changed, is over or was withdrawn, in the answer of <c>earshot fleet watch</c>.</summary>
internal sealed record IncidentChangeAnswer(
    DateTime At, string Change, string Id, int Version, string Kind, string Verdict, DateTime From, DateTime To, IReadOnlyList<string> Servers, int Losses, int Roster, string Sentence)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "incidentChange";

    internal static IncidentChangeAnswer Of(DateTimeOffset at, FleetChange change, FleetIncident incident) => new(
        at.UtcDateTime, Word(change.Kind), incident.Id, incident.Version, incident.Kind.ToString(), incident.Verdict.ToString(), incident.From.UtcDateTime, incident.To.UtcDateTime, incident.Servers, incident.Count, incident.Roster, incident.Sentence);

    private static string Word(FleetChangeKind kind) => kind switch
    {
        FleetChangeKind.IncidentBegan => "Began",
        FleetChangeKind.IncidentEnded => "Ended",
        FleetChangeKind.IncidentWithdrawn => "Withdrawn",
        _ => "Changed",
    };
}
