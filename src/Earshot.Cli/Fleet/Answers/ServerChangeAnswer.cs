using System.Text.Json.Serialization;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>A server that is new or has another state, in the answer of <c>earshot fleet watch</c>.</summary>
internal sealed record ServerChangeAnswer(DateTime At, string Id, string Name, string State, string? Before, int Open)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "serverChange";

    internal static ServerChangeAnswer Of(DateTimeOffset at, FleetServer server, FleetServerState? before) => new(at.UtcDateTime, server.Id, server.Name, server.State.ToString(), before?.ToString(), server.Open);
}
