namespace Earshot.Cli.Bench;

/// <summary>How a measurement ended.</summary>
/// <param name="Result">What was measured; null when it ended before the first message.</param>
/// <param name="Failure">What ended it too early: an error, or Ctrl+C; null when it is complete.</param>
internal sealed record BenchOutcome(BenchResult? Result, Exception? Failure);
