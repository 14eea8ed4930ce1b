namespace Earshot.Cli.Tests.Rig;

/// <summary>A clock whose timers elapse ten times as fast, for limits of processes that really run.</summary>
internal sealed class FastTime : TimeProvider
{
    private const int Factor = 10;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Factor : dueTime, period > TimeSpan.Zero ? period / Factor : period);
}
