using System.Text.Json.Serialization;

namespace Earshot.Fleet.Records;

/// <summary>Events of one journal as one JSON object: the line of a records file.</summary>
internal sealed record JournalBatch
{
    [JsonPropertyName("v")]
    public int Version { get; init; } = FleetRecord.FormatVersion;

    [JsonPropertyName("conn")]
    public required string Connection { get; init; }

    [JsonPropertyName("svc")]
    public string? Service { get; init; }

    [JsonPropertyName("inst")]
    public string? Instance { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("ev")]
    public required IReadOnlyList<JournalEntry> Events { get; init; }
}
