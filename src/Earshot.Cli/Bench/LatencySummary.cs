namespace Earshot.Cli.Bench;

/// <summary>Latencies in seconds: percentiles, and the number of latencies in ranges, each twice as long as the one before.</summary>
internal sealed record LatencySummary(double Min, double Mean, double P50, double P90, double P99, double P999, double Max, IReadOnlyList<LatencyRange> Ranges)
{
    internal static LatencySummary? Of(LatencyHistogram? latencies) => latencies is not { Count: > 0 } ? null : new(
        latencies.Min.TotalSeconds,
        latencies.Mean.TotalSeconds,
        latencies.Percentile(0.5).TotalSeconds,
        latencies.Percentile(0.9).TotalSeconds,
        latencies.Percentile(0.99).TotalSeconds,
        latencies.Percentile(0.999).TotalSeconds,
        latencies.Max.TotalSeconds,
        [.. latencies.Ranges().Select(static range => new LatencyRange(range.UpTo.TotalSeconds, range.Count))]);
}
