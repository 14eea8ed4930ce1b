using System.Text.Json.Serialization;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>A server in the answers of <c>earshot fleet</c>; the offset of its clock is in seconds.</summary>
internal sealed record FleetServerAnswer(string Id, string Name, string State, int Open, double ClockOffset)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "fleetServer";

    internal static FleetServerAnswer Of(FleetServer server) => new(server.Id, server.Name, server.State.ToString(), server.Open, server.ClockOffset.TotalSeconds);
}
