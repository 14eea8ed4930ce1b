using System.Diagnostics;

namespace Earshot.LoadTest;

/// <summary>What this process has used up at one moment.</summary>
internal readonly record struct Snapshot(long Timestamp, TimeSpan Cpu, long AllocatedBytes, int Gen0, int Gen1, int Gen2)
{
    public static Snapshot Take() => new(
        Stopwatch.GetTimestamp(),
        Environment.CpuUsage.TotalTime,
        GC.GetTotalAllocatedBytes(precise: true),
        GC.CollectionCount(0),
        GC.CollectionCount(1),
        GC.CollectionCount(2));
}

/// <summary>
/// What one run came to. CPU and bytes are those of this process only, per message; server and opponents are other
/// processes.
/// </summary>
internal readonly record struct Measurement(
    double Rate, double CpuMicroseconds, double AllocatedBytes, double Gen0, double Gen1, double Gen2)
{
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

    /// <summary>Column by column: the median rate and the median CPU may be of different runs.</summary>
    public static Measurement Median(IReadOnlyList<Measurement> runs) => new(
        Median(runs, static run => run.Rate),
        Median(runs, static run => run.CpuMicroseconds),
        Median(runs, static run => run.AllocatedBytes),
        Median(runs, static run => run.Gen0),
        Median(runs, static run => run.Gen1),
        Median(runs, static run => run.Gen2));

    private static double Median(IReadOnlyList<Measurement> runs, Func<Measurement, double> column)
    {
        var sorted = runs.Select(column).Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>
/// How many messages a client has handled, and whether it should stop. One thread counts, another reads and stops.
/// </summary>
internal sealed class Progress
{
    private long _count;
    private volatile bool _stopped;

    public long Count => Volatile.Read(ref _count);

    public bool IsStopped => _stopped;

    public void Add(long messages) => Volatile.Write(ref _count, _count + messages);

    public void Stop() => _stopped = true;

    public async Task StopAfterAsync(TimeSpan time)
    {
        await Task.Delay(time);
        Stop();
    }
}
