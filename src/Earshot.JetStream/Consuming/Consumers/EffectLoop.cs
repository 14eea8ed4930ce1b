using Earshot.Timing;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// The base of the engines of reads: executes the effects of a state machine outside of its lock, in order and by one thread at a time, and
/// schedules the timer for the machine. Has no task of its own.
/// </summary>
/// <typeparam name="TEffect">The type of the effects.</typeparam>
internal abstract class EffectLoop<TEffect> : TimerEntry
{
    [ThreadStatic]
    private static List<TEffect>? s_batch; // of this thread: most reads of a process are idle

    private long _armedFor = PullTimes.Never;
    private bool _isPerforming;

    /// <summary>The lock of the machine: its list of effects, which no other code has, since each read would have a lock object otherwise. No effect is executed under it.</summary>
    protected object Gate => Effects;

    /// <summary>The effects that the machine has added.</summary>
    protected abstract List<TEffect> Effects { get; }

    /// <summary>The time at which the machine must be called. Read under the lock.</summary>
    protected abstract long MachineDue { get; }

    protected abstract ConsumerHub Hub { get; }

    /// <summary>Whether an input has had an effect, or has moved the due time forward. Read under the lock.</summary>
    protected bool HasWork => Effects.Count > 0 || MachineDue < _armedFor;

    /// <summary>Executes one effect. What it throws must not reach the loop.</summary>
    protected abstract void Execute(in TEffect effect);

    /// <summary>Called under the lock after each input.</summary>
    protected virtual void Changed()
    {
    }

    /// <summary>Notes that the timer has called. Called under the lock.</summary>
    protected void Fired() => _armedFor = PullTimes.Never;

    /// <summary>Executes all effects, unless another thread executes them, which then finds the added ones.</summary>
    protected void Perform()
    {
        while (TakeEffects() is { } batch)
        {
            foreach (TEffect effect in batch)
            {
                Execute(effect);
            }

            batch.Clear();
            s_batch = batch;
            lock (Gate)
            {
                _isPerforming = false;
            }
        }
    }

    // Null: there is none, or another thread executes them. An effect may lead to those of another read on the same thread, which takes another list.
    private List<TEffect>? TakeEffects()
    {
        lock (Gate)
        {
            Changed();
            if (_isPerforming)
            {
                return null;
            }

            if (Effects.Count == 0)
            {
                Arm();
                return null;
            }

            List<TEffect> batch = s_batch ?? [];
            s_batch = null;
            _isPerforming = true;
            batch.AddRange(Effects);
            Effects.Clear();
            return batch;
        }
    }

    // Called under the lock. An early call of the timer is cheaper than rescheduling it with every message.
    private void Arm()
    {
        long due = MachineDue;
        if (due == PullTimes.Never && _armedFor != PullTimes.Never)
        {
            _armedFor = PullTimes.Never;
            Hub.Port.Timers.Cancel(this); // the read is over: the queue must not keep the connection
        }
        else if (due < _armedFor)
        {
            _armedFor = due;
            Hub.Port.Timers.Schedule(this, TimeSpan.FromTicks(due - Hub.Now));
        }
    }
}
