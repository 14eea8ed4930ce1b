namespace Earshot.Simulation.Scheduling;

/// <summary>A timer whose callback is a step of the scheduler.</summary>
internal sealed class VirtualTimer(Scheduler scheduler, Actor actor, Action callback) : ITimer
{
    private static readonly TimeSpan s_resolution = TimeSpan.FromMicroseconds(50); // no timer of a system fires in no time

    private int _setting; // a step of an earlier setting does nothing
    private TimeSpan _period;
    private bool _isDisposed;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_isDisposed)
        {
            return false;
        }

        _setting++;
        _period = period;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            Schedule(dueTime);
        }

        return true;
    }

    public void Dispose() => (_isDisposed, _setting) = (true, _setting + 1);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private void Schedule(TimeSpan due)
    {
        int setting = _setting;
        scheduler.After(due > s_resolution ? due : s_resolution, actor, () => Fire(setting));
    }

    private void Fire(int setting)
    {
        if (setting != _setting)
        {
            return;
        }

        if (_period > TimeSpan.Zero)
        {
            Schedule(_period);
        }

        callback();
    }
}
