using System.Globalization;

namespace Earshot.Simulation.Checks;

/// <summary>An invariant that did not hold.</summary>
/// <param name="At">The virtual time.</param>
/// <param name="Rule">The invariant, by its id in docs/simulation.md.</param>
/// <param name="Text">What was seen.</param>
internal sealed record Violation(TimeSpan At, string Rule, string Text)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.TotalSeconds:F6} {Rule}: {Text}");
}
