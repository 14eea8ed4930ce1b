using System.Text.Json.Serialization;

namespace Earshot.Cli.Journals;

/// <summary>The last line of the answer of <c>earshot diff</c>.</summary>
internal sealed record DiffAnswer(string A, string B, int Equal, int Different, int OnlyA, int OnlyB)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "diff";
}
