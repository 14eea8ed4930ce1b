using System.Text.Json.Serialization;

namespace Earshot.Cli.Journals;

/// <summary>A violation in the answer of <c>earshot validate</c>.</summary>
internal sealed record ViolationAnswer(int? Line, long Sequence, string Rule, string Text, string? Event)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "violation";
}
