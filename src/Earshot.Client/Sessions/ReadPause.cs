using Earshot.Subscriptions;
using Earshot.Timing;

namespace Earshot.Sessions;

/// <summary>
/// The read loop's side of back-pressure: it waits until the readers of a subscription have made capacity, without a time limit for a
/// full queue with the waiting policy, and for a limited time for one that is near its limits. It does not read and does not drop.
/// </summary>
internal sealed class ReadPause(TimeProvider time)
{
    private const int MinProgress = 4096; // messages taken within one step: readers that take fewer are a slow consumer

    private readonly ReadSignal _signal = new();
    private long _since;
    private long _longest;
    private bool _isStopped;

    /// <summary>True while it waits: missing inbound data then does not indicate a stale server.</summary>
    public bool IsPaused => Volatile.Read(ref _since) != 0;

    /// <summary>The longest pause that is over.</summary>
    public TimeSpan Longest => TimeSpan.FromTicks(Volatile.Read(ref _longest));

    /// <summary>Ends the current pause; later pauses end immediately. Any thread.</summary>
    public void Stop()
    {
        Volatile.Write(ref _isStopped, true);
        _signal.Wake();
    }

    /// <summary>Waits for what has blocked the batch. Read loop only.</summary>
    public async ValueTask WaitAsync(InboundBatch batch)
    {
        if (batch.Full is { } full)
        {
            await WaitAsync(full, isFull: true).ConfigureAwait(false);
            batch.Full = null;
        }
        else if (batch.NearLimit is { } near)
        {
            await WaitAsync(near, isFull: false).ConfigureAwait(false);
            batch.NearLimit = null;
        }
    }

    // Near the limits: readers that keep up are waited for, so that a burst that outruns them for a moment is not dropped; a reader that
    // is really slow costs the other subscriptions what its budget has.
    private async ValueTask WaitAsync(QueueReader queue, bool isFull)
    {
        long since = time.GetTimestamp();
        Volatile.Write(ref _since, since);
        queue.PauseReading(_signal, isFull);
        long taken = queue.TakenMessages;
        while (!await WaitStepAsync(queue, isFull).ConfigureAwait(false))
        {
            if (queue.TakenMessages - taken < MinProgress)
            {
                queue.SpendPause(time);
                if (!queue.IsPauseAllowed(time))
                {
                    break;
                }
            }

            taken = queue.TakenMessages;
        }

        queue.ResumeReading();
        Volatile.Write(ref _longest, Math.Max(_longest, time.GetElapsedTime(since).Ticks));
        Volatile.Write(ref _since, 0);
    }

    private async ValueTask<bool> WaitStepAsync(QueueReader queue, bool isFull)
    {
        StepLimit? limit = isFull ? null : new StepLimit(_signal);
        var timers = TimerQueue.For(time);
        if (limit is not null)
        {
            timers.Schedule(limit, PauseBudget.Step);
        }

        while (!IsOver(queue, limit))
        {
            await _signal.WaitAsync(
                (Pause: this, Queue: queue, Limit: limit),
                static state => state.Pause.IsOver(state.Queue, state.Limit),
                CancellationToken.None).ConfigureAwait(false);
        }

        if (limit is not null)
        {
            timers.Cancel(limit);
        }

        return queue.HasCapacity || Volatile.Read(ref _isStopped);
    }

    private bool IsOver(QueueReader queue, StepLimit? limit) => queue.HasCapacity || Volatile.Read(ref _isStopped) || limit is { IsOver: true };

    /// <summary>The time limit of one step.</summary>
    private sealed class StepLimit(ReadSignal signal) : TimerEntry
    {
        private bool _isOver;

        public bool IsOver => Volatile.Read(ref _isOver);

        protected override void Fire()
        {
            Volatile.Write(ref _isOver, true);
            signal.Wake();
        }
    }
}
