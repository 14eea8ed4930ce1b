using System.Text.Json.Serialization;
using Earshot.Dashboard.Timeline;

namespace Earshot.Cli.Journals;

/// <summary>An outage in the answer of <c>earshot timeline</c>; times are UTC, durations seconds.</summary>
internal sealed class OutageAnswer(string connection, Outage outage) : OutageFigures(outage, static text => text)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "outage";

    [JsonPropertyOrder(-1)]
    public string Connection { get; } = connection;

    [JsonPropertyOrder(-1)]
    public int Outage { get; } = outage.Id;

    [JsonPropertyOrder(-1)]
    public DateTime From { get; } = outage.From.UtcDateTime;

    [JsonPropertyOrder(-1)]
    public DateTime? To { get; } = outage.To?.UtcDateTime;
}
