using System.Diagnostics;

namespace Earshot.LoadTest;

/// <summary>
/// How many messages a client has handled, and whether it should stop. One thread counts, another reads and stops.
/// </summary>
internal sealed class Progress
{
    private readonly Latencies? _latencies;
    private long _count;
    private volatile bool _stopped;

    public Progress(Latencies? latencies = null) => _latencies = latencies;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Set by a client that was sent messages it did not take.</summary>
    public long Dropped { get; set; }

    public bool IsStopped => _stopped;

    public void Add(long messages) => Volatile.Write(ref _count, _count + messages);

    /// <summary>Counts one message and the latency of its wait, which began at <paramref name="started"/>.</summary>
    public void AddSince(long started)
    {
        _latencies?.Add(Stopwatch.GetTimestamp() - started);
        Add(1);
    }

    public void Stop() => _stopped = true;

    public async Task StopAfterAsync(TimeSpan time)
    {
        await Task.Delay(time);
        Stop();
    }
}

/// <summary>The latencies of the first million waits of a run; the memory is allocated before the run begins.</summary>
internal sealed class Latencies
{
    private readonly long[] _ticks = new long[1_000_000];
    private int _count;

    public void Add(long ticks)
    {
        if (_count < _ticks.Length)
        {
            _ticks[_count++] = ticks;
        }
    }

    public Measurement AddTo(Measurement run)
    {
        if (_count == 0)
        {
            return run;
        }

        Array.Sort(_ticks, 0, _count);
        return run with { P50 = At(0.50), P99 = At(0.99), P999 = At(0.999) };
    }

    private double At(double share) => _ticks[(int)(share * (_count - 1))] * 1e6 / Stopwatch.Frequency;
}
