namespace Earshot.Cli.Bench;

/// <summary>The counts of one client. Its load writes them, the progress reads the number of messages at any time.</summary>
internal sealed class BenchClient(int number, long share, bool hasLatencies, TimeProvider time)
{
    private long _count;

    /// <summary>The number of the client, from 1.</summary>
    internal int Number => number;

    internal LatencyHistogram? Latencies { get; } = hasLatencies ? new LatencyHistogram() : null;

    internal long Messages => Volatile.Read(ref _count);

    internal long Bytes { get; private set; }

    /// <summary>Whether the client has all the messages that it should have.</summary>
    internal bool IsDone => _count >= share;

    /// <summary>When its measurement began and ended, as timestamps of the clock; 0 for what has not been.</summary>
    internal (long Start, long End) Time { get; private set; }

    /// <summary>Begins the measurement, again if it has begun.</summary>
    internal void Start() => Time = (time.GetTimestamp(), 0);

    internal void End() => Time = (Time.Start == 0 ? time.GetTimestamp() : Time.Start, time.GetTimestamp());

    /// <summary>Ends a measurement that has begun and not ended.</summary>
    internal void EndEarly()
    {
        if (Time is { Start: not 0, End: 0 })
        {
            End();
        }
    }

    internal void Count(int bytes)
    {
        Bytes += bytes;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Counts a message with the time since a timestamp.</summary>
    internal void Count(int bytes, long since)
    {
        Latencies?.Add(time.GetElapsedTime(since));
        Count(bytes);
    }
}
