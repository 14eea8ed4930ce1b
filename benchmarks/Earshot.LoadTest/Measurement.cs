using System.Diagnostics;

namespace Earshot.LoadTest;

/// <summary>What this process has used up at one moment.</summary>
internal readonly record struct Snapshot(long Timestamp, TimeSpan Cpu, long AllocatedBytes, int Gen0, int Gen1, int Gen2)
{
    /// <param name="cpu">Of another process, if that is the one of interest.</param>
    public static Snapshot Take(TimeSpan? cpu = null) => new(
        Stopwatch.GetTimestamp(),
        cpu ?? Environment.CpuUsage.TotalTime,
        GC.GetTotalAllocatedBytes(precise: true),
        GC.CollectionCount(0),
        GC.CollectionCount(1),
        GC.CollectionCount(2));
}

/// <summary>
/// The results of one run. CPU and bytes are those of this process only, per message; server and opponents are other
/// processes. Latencies are in microseconds, and 0 where the workload does not wait for single messages.
/// </summary>
internal readonly record struct Measurement(double Rate, double CpuMicroseconds, double AllocatedBytes, double Gen0, double Gen1, double Gen2)
{
    public double P50 { get; init; }

    public double P99 { get; init; }

    public double P999 { get; init; }

    /// <summary>Messages that came and were dropped by the client.</summary>
    public double Dropped { get; init; }

    public static Measurement Between(Snapshot start, Snapshot end, long messages)
    {
        if (messages == 0)
        {
            throw new InvalidOperationException("No message went through, so there is nothing to measure.");
        }

        return new Measurement(
            messages / Stopwatch.GetElapsedTime(start.Timestamp, end.Timestamp).TotalSeconds,
            (end.Cpu - start.Cpu).TotalMicroseconds / messages,
            (end.AllocatedBytes - start.AllocatedBytes) / (double)messages,
            end.Gen0 - start.Gen0,
            end.Gen1 - start.Gen1,
            end.Gen2 - start.Gen2);
    }

    /// <summary>Column by column: the median rate and the median CPU may be of different runs. Of what was dropped the most.</summary>
    public static Measurement Median(IReadOnlyList<Measurement> runs) => new(
        Median(runs, static run => run.Rate),
        Median(runs, static run => run.CpuMicroseconds),
        Median(runs, static run => run.AllocatedBytes),
        Median(runs, static run => run.Gen0),
        Median(runs, static run => run.Gen1),
        Median(runs, static run => run.Gen2))
    {
        P50 = Median(runs, static run => run.P50),
        P99 = Median(runs, static run => run.P99),
        P999 = Median(runs, static run => run.P999),
        Dropped = runs.Max(static run => run.Dropped),
    };

    private static double Median(IReadOnlyList<Measurement> runs, Func<Measurement, double> column)
    {
        double[] sorted = runs.Select(column).Order().ToArray();
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
