namespace Earshot.Cli.Tests.Rig;

/// <summary>The system clock, on which one timer, known by its due time, elapses when the test says so.</summary>
internal sealed class HeldTime(TimeSpan due) : TimeProvider
{
    private ITimer? _held;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != due)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        ITimer timer = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
        Volatile.Write(ref _held, timer);
        return timer;
    }

    /// <summary>Lets the timer elapse, which must have been created.</summary>
    internal void Elapse() => Volatile.Read(ref _held)!.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
}
