using System.Text.Json.Serialization;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>The counters of <c>earshot fleet serve</c>.</summary>
internal sealed record CollectorAnswer(
    DateTime At, long Received, long Ignored, long Stored, long Duplicates, long Filled, long Dropped, long Retries, int Held, long HeldBytes, int Servers, int SilentServers, int Connections, int Absences)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "collector";

    public DateTime? LastStored { get; init; }

    public string? Trouble { get; init; }

    internal static CollectorAnswer Of(FleetCollectorCounters c, DateTimeOffset at) =>
        new(at.UtcDateTime, c.Received, c.Ignored, c.Stored, c.Duplicates, c.Filled, c.Dropped, c.Retries, c.Held, c.HeldBytes, c.Servers, c.SilentServers, c.Connections, c.Absences)
        {
            LastStored = c.LastStored?.UtcDateTime,
            Trouble = c.Trouble,
        };
}
