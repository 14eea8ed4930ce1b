using System.Text.Json.Serialization;

namespace Earshot.Cli.Journals;

/// <summary>
/// A difference in the answer of <c>earshot diff</c>. Side is <c>a</c> or <c>b</c> for an event that only one journal has, <c>both</c> for
/// one that has other values.
/// </summary>
internal sealed record DifferenceAnswer(string Side, string Kind, long? SequenceA, long? SequenceB)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "difference";

    /// <summary>The message of an event that only one journal has.</summary>
    public string? Message { get; init; }

    /// <summary>The values that differ.</summary>
    public IReadOnlyList<ValueAnswer>? Values { get; init; }
}
