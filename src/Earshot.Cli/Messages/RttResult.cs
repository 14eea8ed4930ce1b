using System.Text.Json.Serialization;

namespace Earshot.Cli.Messages;

/// <summary>The answer of <c>earshot rtt</c>; times are in seconds.</summary>
internal sealed record RttResult(string? Url, string Server, int Count, double Min, double Median, double Max)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "rtt";

    /// <summary>True when it was cancelled before all round trips were measured; null otherwise.</summary>
    public bool? Partial { get; init; }
}
