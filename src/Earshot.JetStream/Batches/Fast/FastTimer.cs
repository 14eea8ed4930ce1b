using Earshot.Timing;

namespace Earshot.JetStream.Batches;

/// <summary>Calls a publisher of a fast batch when it has something to do between the calls of the application.</summary>
internal sealed class FastTimer(TimerQueue timers, Action tick) : TimerEntry
{
    /// <summary>Schedules the next call; null for none.</summary>
    public void Set(TimeSpan? due)
    {
        if (due is { } left)
        {
            timers.Schedule(this, left);
        }
        else
        {
            timers.Cancel(this);
        }
    }

    protected override void Fire() => tick();
}
