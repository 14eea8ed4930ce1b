namespace Earshot.Timing;

/// <summary>
/// From a time that a caller gives to the moment it is due, without overflow: what lies beyond the range of timestamps, and
/// <see cref="Timeout.InfiniteTimeSpan"/>, never comes.
/// </summary>
internal static class DueTime
{
    /// <summary>The timestamp that never comes.</summary>
    public const long Never = long.MaxValue;

    // The longest time that a task can be awaited for.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>The timestamp at which a timeout that begins now is over; <see cref="Never"/> without end.</summary>
    public static long At(TimeProvider time, long now, TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? Never : After(time, now, timeout);

    /// <summary>The timestamp after the delay; a negative delay counts as zero.</summary>
    public static long After(TimeProvider time, long now, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            return now;
        }

        long frequency = time.TimestampFrequency;
        double delta = (double)delay.Ticks * frequency / TimeSpan.TicksPerSecond;
        if (delta >= long.MaxValue - Math.Max(0, now))
        {
            return Never;
        }

        // A double holds 53 bits; where it could round, the integer division is exact as long as it cannot overflow.
        long exact = frequency == TimeSpan.TicksPerSecond ? delay.Ticks
            : delay.Ticks <= long.MaxValue / frequency ? delay.Ticks * frequency / TimeSpan.TicksPerSecond : (long)delta;
        return now + Math.Max(1, exact);
    }

    /// <summary>
    /// The last multiple of <paramref name="grid"/> up to a timestamp, so that what may happen a little earlier happens together with others;
    /// the timestamp itself where that multiple has passed.
    /// </summary>
    public static long OnGrid(TimeProvider time, long now, long dueAt, TimeSpan grid)
    {
        long multiple = dueAt - (dueAt % After(time, 0, grid));
        return multiple > now ? multiple : dueAt;
    }

    /// <summary>The same time for a wait on a task, which takes no more than 49 days: a longer one is infinite.</summary>
    public static TimeSpan ForWait(TimeSpan timeout) => timeout > s_longestWait ? Timeout.InfiniteTimeSpan : timeout;

    /// <summary>The sum, or <see cref="TimeSpan.MaxValue"/> where it would be more; neither may be negative.</summary>
    public static TimeSpan Sum(TimeSpan one, TimeSpan other) => one > TimeSpan.MaxValue - other ? TimeSpan.MaxValue : one + other;

    /// <summary>Null for a time without end.</summary>
    public static TimeSpan? Finite(TimeSpan? time) => time == Timeout.InfiniteTimeSpan ? null : time;
}
