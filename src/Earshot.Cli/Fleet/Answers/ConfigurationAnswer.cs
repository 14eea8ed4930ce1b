using System.Text.Json.Serialization;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>The configuration of servers, or the commands of nsc, in the answer of <c>earshot fleet init</c>, with its users.</summary>
internal sealed record ConfigurationAnswer(string Text, IReadOnlyList<FleetUser> Users, string Format)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "fleetConfiguration";
}
