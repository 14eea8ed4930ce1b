namespace Earshot.Sessions;

/// <summary>
/// Distinguishes a process that was paused from a silent server, and finds the cause of the pause. It receives the time when a timer
/// is due and is called when the timer fires, each time with the clocks, among them for how long the garbage collector has paused the process
/// so far. Not safe for use by several threads.
/// </summary>
internal struct PauseDetector
{
    private long _dueAt;
    private long _wallClockOffset;
    private TimeSpan _pauses;

    public void Expect(long dueAt, long now, TimeProvider time, TimeSpan pauses) => (_dueAt, _wallClockOffset, _pauses) = (dueAt, WallClockOffset(now, time), pauses);

    /// <summary>The report of a pause of at least <paramref name="threshold"/>; null when there was none, and when it was reported before.</summary>
    public NatsProcessStalledEvent? Report(long now, TimeSpan threshold, TimeProvider time, TimeSpan pauses)
    {
        if (Find(now, threshold, time, pauses) is not { } pause)
        {
            return null;
        }

        Expect(now, now, time, pauses);
        return new NatsProcessStalledEvent { Duration = pause.Gap, StallKind = pause.Kind };
    }

    /// <summary>How long the process was paused and why; null when it was not, for at least <paramref name="threshold"/>.</summary>
    public readonly (TimeSpan Gap, NatsStallKind Kind)? Find(long now, TimeSpan threshold, TimeProvider time, TimeSpan pauses)
    {
        TimeSpan late = time.GetElapsedTime(_dueAt, now);
        // Where the monotonic clock stops while the machine sleeps (Linux, macOS), only the wall clock shows it. A clock set
        // ahead looks the same, which costs one PING.
        var slept = TimeSpan.FromTicks(WallClockOffset(now, time) - _wallClockOffset);
        if (slept >= threshold)
        {
            return (late > TimeSpan.Zero ? slept + late : slept, NatsStallKind.SystemSleep);
        }

        if (late < threshold)
        {
            return null;
        }

        return (late, pauses - _pauses >= late / 2 ? NatsStallKind.GcPause : NatsStallKind.TimerDrift);
    }

    private static long WallClockOffset(long now, TimeProvider time) => time.GetUtcNow().Ticks - time.GetElapsedTime(0, now).Ticks;
}
