using System.Text.Json.Serialization;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>A stream in the answer of <c>earshot fleet init --create</c>.</summary>
internal sealed record StreamAnswer(string Name, string Outcome, int Replicas, IReadOnlyList<FleetStreamDifference> Differences)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "fleetStream";

    internal static StreamAnswer Of(FleetStreamResult result) => new(result.Name, result.Outcome.ToString(), result.Replicas, result.Differences);
}
