using System.Globalization;
using Earshot.Simulation.Checks;

namespace Earshot.Simulation.Runs;

/// <summary>The outcome of one seed.</summary>
internal sealed record RunResult
{
    public required ulong Seed { get; init; }

    /// <summary>What the seed has chosen, in words.</summary>
    public required string Options { get; init; }

    /// <summary>Equal for two runs of the same seed and the same code.</summary>
    public required ulong Digest { get; init; }

    public required TimeSpan VirtualTime { get; init; }

    public required long Steps { get; init; }

    public required int Messages { get; init; }

    public required IReadOnlyList<Violation> Violations { get; init; }

    /// <summary>The events, if they were to be kept.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    public override string ToString()
    {
        string summary = string.Create(
            CultureInfo.InvariantCulture,
            $"seed {Seed}: {Violations.Count} violations, {Steps} steps, {Messages} messages, {VirtualTime.TotalSeconds:F1} s, digest {Digest:x16} ({Options}); repeat it with ./simulate --seed {Seed}");
        return string.Join("\n  ", [summary, .. Violations.Select(static violation => violation.ToString())]);
    }
}
