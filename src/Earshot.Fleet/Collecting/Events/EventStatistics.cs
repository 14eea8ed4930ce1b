using System.Text.Json.Serialization;

namespace Earshot.Fleet.Collecting;

/// <summary>What is read of the statistics of a server.</summary>
internal sealed record EventStatistics
{
    [JsonPropertyName("routes")]
    public IReadOnlyList<EventRoute?>? Routes { get; init; }
}
