using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Earshot.Cli.Doctor;

/// <summary>One step of establishing a connection. Immutable; the texts of the server in it are printable.</summary>
/// <param name="Name">What was examined, one word.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Duration">How long it took; null where that says nothing.</param>
/// <param name="Text">What was found, one line.</param>
internal sealed record Step(string Name, StepOutcome Outcome, [property: JsonIgnore] TimeSpan? Duration, string Text)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "step";

    /// <summary>The examined server, for JSON.</summary>
    [JsonPropertyOrder(-1)]
    public string? Server { get; init; }

    /// <summary>The duration in seconds, for JSON.</summary>
    [JsonPropertyName("duration")]
    public double? Seconds => Duration?.TotalSeconds;

    /// <summary>What was found, for programs.</summary>
    public JsonObject? Facts { get; init; }

    /// <summary>What to change, one sentence; null: nothing.</summary>
    public string? Advice { get; init; }
}
