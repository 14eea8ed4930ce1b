using System.Text.Json.Serialization;

namespace Earshot.Cli.Messages;

/// <summary>The answer of <c>earshot pub</c>: what the server has processed. The time is in seconds.</summary>
internal sealed record PublishedAnswer(string Subject, long Messages, long Bytes, double Seconds)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "published";

    /// <summary>True when it was cancelled before all messages were published; null otherwise.</summary>
    public bool? Partial { get; init; }
}
