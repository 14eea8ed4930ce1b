using Earshot.Fleet;

namespace Earshot.Cli.Demo;

/// <summary>What the analysis must say about one cause.</summary>
/// <param name="Cause">What the demo did.</param>
/// <param name="IsMet">Whether a report says it.</param>
internal sealed record FleetExpectation(string Cause, Func<FleetReport, bool> IsMet)
{
    /// <summary>An incident of a kind, with the servers in turn as its parts, or one server.</summary>
    internal static FleetExpectation Of(string cause, FleetIncidentKind kind, FleetVerdict verdict, int parts = 0) => new(
        cause, report => report.Incidents.Any(incident => incident.Kind == kind && incident.Verdict == verdict && incident.Parts.Count == parts));

    /// <summary>The loss, or the refusal, of one client.</summary>
    internal static FleetExpectation OfClient(string cause, string client, FleetVerdict verdict) => new(
        cause, report => report.Losses.Any(loss => loss.Verdict == verdict && loss.Name?.StartsWith(client, StringComparison.Ordinal) == true));
}
