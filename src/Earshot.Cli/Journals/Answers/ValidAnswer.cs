using System.Text.Json.Serialization;

namespace Earshot.Cli.Journals;

/// <summary>The last line of the answer of <c>earshot validate</c>.</summary>
internal sealed record ValidAnswer(string File, int Lines, int Violations)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "journal";
}
