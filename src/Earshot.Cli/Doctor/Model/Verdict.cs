using System.Text.Json.Serialization;

namespace Earshot.Cli.Doctor;

/// <summary>The result of all steps.</summary>
/// <param name="Outcome">The worst outcome of a step; an unknown one counts as success.</param>
/// <param name="ExitCode">The exit code of the tool.</param>
/// <param name="Cause">The cause as one word; <c>none</c> where nothing failed.</param>
/// <param name="Advice">What to do, one sentence.</param>
internal sealed record Verdict(StepOutcome Outcome, int ExitCode, string Cause, string Advice)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "verdict";

    /// <summary>The examined server, for JSON.</summary>
    [JsonPropertyOrder(-1)]
    public string? Server { get; init; }
}
