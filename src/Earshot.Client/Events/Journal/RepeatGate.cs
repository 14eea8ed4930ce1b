namespace Earshot.Events;

/// <summary>
/// Lets one event through per interval and counts the others, which the next one then stands for (see RepeatCount). Whoever emits a
/// coalescable kind keeps one per source. Any thread; takes no lock.
/// </summary>
internal sealed class RepeatGate(TimeProvider time, TimeSpan interval)
{
    private readonly long _ticks = (long)(interval.TotalSeconds * time.TimestampFrequency);
    private long _opensAt = long.MinValue;
    private int _held;

    /// <summary>True: emit now, for <paramref name="count"/> occurrences including this one. False: it was counted for later.</summary>
    public bool TryPass(out int count)
    {
        long now = time.GetTimestamp();
        long opensAt = Volatile.Read(ref _opensAt);
        if (now >= opensAt && Interlocked.CompareExchange(ref _opensAt, now + _ticks, opensAt) == opensAt)
        {
            count = Interlocked.Exchange(ref _held, 0) + 1;
            return true;
        }

        Interlocked.Increment(ref _held);
        count = 0;
        return false;
    }

    /// <summary>Takes what is still held, for a last event at the end of an episode.</summary>
    public int TakeHeld() => Interlocked.Exchange(ref _held, 0);
}
