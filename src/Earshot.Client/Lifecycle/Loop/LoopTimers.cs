using Earshot.Timing;

namespace Earshot.Lifecycle;

/// <summary>
/// The machine's timers in the shared queue. Each setting is an entry of its own, so a firing counts only while its timer has not been
/// stopped or set again since, also where it waits in the loop's queue behind the input that stopped it. Loop only. Not to be copied.
/// </summary>
internal struct LoopTimers
{
    private Setting? _first; // those that run; a connection at rest has one or none

    public void Set(ConnectionLoop loop, MachineTimer timer, TimeSpan due)
    {
        Stop(timer);
        _first = new Setting(loop, timer, due) { Next = _first };
        TimerQueue.For(loop.Time).Schedule(_first, due);
    }

    /// <summary>The delay that a timer that runs was set with; zero: it does not run.</summary>
    public readonly TimeSpan DueOf(MachineTimer timer)
    {
        for (Setting? setting = _first; setting is not null; setting = setting.Next)
        {
            if (setting.Timer == timer)
            {
                return setting.Delay;
            }
        }

        return TimeSpan.Zero;
    }

    public void Stop(MachineTimer timer)
    {
        for (Setting? setting = _first; setting is not null; setting = setting.Next)
        {
            if (setting.Timer == timer)
            {
                Take(setting);
            }
        }
    }

    public void StopAll()
    {
        while (_first is { } setting)
        {
            Take(setting);
        }
    }

    /// <summary>Whether this setting is still wanted; it is then taken, so that it counts once.</summary>
    public bool Take(Setting setting)
    {
        Setting? before = null;
        Setting? found = _first;
        while (found is not null && found != setting)
        {
            (before, found) = (found, found.Next);
        }

        if (found is null)
        {
            return false;
        }

        if (before is null)
        {
            _first = setting.Next;
        }
        else
        {
            before.Next = setting.Next;
        }

        setting.Cancel();
        return true;
    }

    /// <summary>One setting of a timer; its identity distinguishes a late firing from a current one.</summary>
    internal sealed class Setting(ConnectionLoop loop, MachineTimer timer, TimeSpan delay) : TimerEntry
    {
        public MachineTimer Timer => timer;

        public TimeSpan Delay => delay;

        public Setting? Next { get; set; }

        public void Cancel() => TimerQueue.For(loop.Time).Cancel(this);

        protected override void Fire() => loop.TimerFired(this);
    }
}
