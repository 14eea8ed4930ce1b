using System.Text.Json.Serialization;

namespace Earshot.Cli.Journals;

/// <summary>A connection in the answer of <c>earshot timeline</c>; times are UTC, durations seconds.</summary>
internal sealed record ConnectionAnswer(string Connection, DateTime From, DateTime To, int Events, int Outages)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "connection";

    /// <summary>The time without a session.</summary>
    public double Downtime { get; init; }

    /// <summary>The last state.</summary>
    public required string State { get; init; }
}
