using System.Numerics;

namespace Earshot.Cli.Bench;

/// <summary>
/// Counts latencies in buckets whose width is at most 1/32 of their value. Adding allocates nothing; one thread adds at a time.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 5;
    private const int Sub = 1 << SubBits;

    private readonly long[] _buckets = new long[(64 - SubBits) * Sub];
    private long _sum;

    internal long Count { get; private set; }

    internal TimeSpan Min { get; private set; } = TimeSpan.MaxValue;

    internal TimeSpan Max { get; private set; }

    internal TimeSpan Mean => Count == 0 ? TimeSpan.Zero : new TimeSpan(_sum / Count);

    internal void Add(TimeSpan latency)
    {
        long ticks = Math.Max(latency.Ticks, 0);
        _buckets[Index(ticks)]++;
        Count++;
        _sum += ticks;
        if (latency < Min)
        {
            Min = latency;
        }

        if (latency > Max)
        {
            Max = latency;
        }
    }

    internal void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] += other._buckets[i];
        }

        (Count, _sum) = (Count + other.Count, _sum + other._sum);
        Min = other.Min < Min ? other.Min : Min;
        Max = other.Max > Max ? other.Max : Max;
    }

    /// <summary>Returns the latency that a fraction of all does not exceed.</summary>
    internal TimeSpan Percentile(double fraction)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(fraction * Count)), seen = 0;
        for (int i = 0; i < _buckets.Length; i++)
        {
            seen += _buckets[i];
            if (seen >= rank)
            {
                return new TimeSpan(Math.Min(Last(i), Max.Ticks));
            }
        }

        return Max;
    }

    /// <summary>Returns the numbers of latencies, each range twice as long as the one before, from the first to the last that is not empty.</summary>
    internal IReadOnlyList<(TimeSpan UpTo, long Count)> Ranges()
    {
        var ranges = new SortedDictionary<int, long>();
        for (int i = 0; i < _buckets.Length; i++)
        {
            if (_buckets[i] > 0)
            {
                int power = BitOperations.Log2((ulong)Math.Max(Last(i), 1)) + 1;
                ranges[power] = ranges.GetValueOrDefault(power) + _buckets[i];
            }
        }

        return ranges.Count == 0 ? [] : [.. Enumerable.Range(ranges.Keys.First(), ranges.Keys.Last() - ranges.Keys.First() + 1).Select(power => (new TimeSpan(1L << power), ranges.GetValueOrDefault(power)))];
    }

    private static int Index(long ticks)
    {
        int shift = Math.Max(BitOperations.Log2((ulong)ticks | 1) - SubBits, 0);
        return (shift * Sub) + (int)(ticks >> shift);
    }

    // The largest value of a bucket.
    private static long Last(int index)
    {
        int shift = Math.Max((index / Sub) - 1, 0);
        return ((index - (shift * Sub) + 1L) << shift) - 1;
    }
}
