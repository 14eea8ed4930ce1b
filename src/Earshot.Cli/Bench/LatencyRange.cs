namespace Earshot.Cli.Bench;

/// <summary>The number of latencies above the range before and up to a value in seconds.</summary>
internal sealed record LatencyRange(double UpTo, long Count);
