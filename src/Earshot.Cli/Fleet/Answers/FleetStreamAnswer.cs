using System.Text.Json.Serialization;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>A stream in the answer of <c>earshot fleet watch</c>.</summary>
internal sealed record FleetStreamAnswer(string Name, bool? Exists, string? Problem, long Messages, long Malformed, long Missed, int Records, long Evicted)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "fleetStreamState";

    internal static FleetStreamAnswer Of(FleetStreamState stream) => new(stream.Name, stream.Exists, stream.Problem, stream.Messages, stream.Malformed, stream.Missed, stream.Records, stream.Evicted);
}
