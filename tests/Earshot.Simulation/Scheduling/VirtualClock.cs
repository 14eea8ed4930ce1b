namespace Earshot.Simulation.Scheduling;

/// <summary>The clock of one process. Its timers fire as steps of the scheduler; only its wall clock can be changed.</summary>
internal sealed class VirtualClock(Scheduler scheduler, Actor actor) : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TimeSpan _offset;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => scheduler.Now.Ticks + TimeSpan.TicksPerDay; // a timestamp of zero means "never" in some places

    public override DateTimeOffset GetUtcNow() => s_start + scheduler.Now + _offset;

    /// <summary>Sets the wall clock ahead or back, as a correction of the system's time does.</summary>
    public void Jump(TimeSpan by) => _offset += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(scheduler, actor, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }
}
