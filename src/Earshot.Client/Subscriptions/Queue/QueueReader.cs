using Earshot.Messages;
using Earshot.Timing;

namespace Earshot.Subscriptions;

/// <summary>
/// The reading side of one subscription's queue: readers that wait for messages, and the read loop of the session while it waits
/// for these readers. It limits nothing and drops nothing.
/// </summary>
internal sealed class QueueReader(SubscriptionLimits limits)
{
    private ReadSignal? _arrived; // made by the first reader that waits
    private ReadSignal? _paused; // what the paused read loop waits on
    private PauseBudget _pauses; // read loop only
    private bool _wasFull; // written before _paused
    private bool _isOver;

    public SubscriptionLimits Limits { get; } = limits;

    // Also the lock of the subscription's completion: a lock of its own would be a tenth of what a subscription takes.
    public MessageQueue Queue { get; } = new();

    /// <summary>Enough was read since <see cref="PauseReading"/> that reading from the server may resume.</summary>
    public bool HasCapacity => Volatile.Read(ref _isOver) || (Queue.PendingMessages <= ResumeMessages && Queue.PendingBytes <= ResumeBytes);

    /// <summary>Messages that readers have taken, or that were evicted for newer ones.</summary>
    public long TakenMessages => Queue.DequeuedMessages;

    /// <summary>Takes the oldest message, and resumes the read loop when there is capacity again.</summary>
    public bool TryTake(QueueFormat form, out InboundMessage message)
    {
        if (!Queue.TryDequeue(form, out message))
        {
            return false;
        }

        if (Volatile.Read(ref _paused) is { } paused && HasCapacity)
        {
            paused.Wake();
        }

        return true;
    }

    /// <summary>Completes when there may be something to take, or when no more will come, with what its owner then finds.</summary>
    public ValueTask<bool> WaitAsync(IWaitOutcome owner, CancellationToken cancellationToken)
    {
        ReadSignal signal = Lazily.Get(ref _arrived, owner, static owner => new ReadSignal(owner));
        return signal.WaitAsync(this, static self => !self.Queue.IsEmpty || Volatile.Read(ref self._isOver), cancellationToken);
    }

    /// <summary>Wakes the readers that wait.</summary>
    public void Wake()
    {
        // Orders the enqueue before the read of the signal; a reader publishes its signal before it reads the queue.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _arrived) is { } signal && (!Queue.IsEmpty || Volatile.Read(ref _isOver)))
        {
            signal.Wake(); // not for what was read without waiting
        }
    }

    /// <summary>No more messages will be enqueued: waiting readers and a paused read loop are resumed.</summary>
    public void End()
    {
        Volatile.Write(ref _isOver, true);
        Wake();
        Volatile.Read(ref _paused)?.Wake();
    }

    /// <summary>Read loop only: whether it may pause for these readers although the queue is not full yet.</summary>
    public bool IsPauseAllowed(TimeProvider time) => Limits.AllowsPause && _pauses.Allows(time);

    /// <summary>Read loop only: it has paused for a step, in which the readers took next to nothing.</summary>
    public void SpendPause(TimeProvider time) => _pauses.Spend(time);

    /// <summary>The read loop pauses for this queue: the reader that makes capacity wakes <paramref name="signal"/>.</summary>
    /// <param name="signal">What the read loop waits on.</param>
    /// <param name="isFull">The queue is at its limits, not only near them.</param>
    public void PauseReading(ReadSignal signal, bool isFull)
    {
        _wasFull = isFull;
        Volatile.Write(ref _paused, signal);
        // A reader that has not seen the signal has stored its count before: here, where it is rare, instead of at each read.
        Interlocked.MemoryBarrierProcessWide();
    }

    /// <summary>Read loop only: the pause is over.</summary>
    public void ResumeReading() => Volatile.Write(ref _paused, null);

    // Resuming at each message that is read would pause again at the next.
    private long ResumeMessages => _wasFull ? Limits.Messages * 3L / 4 : Limits.NearMessages / 2;

    private long ResumeBytes => _wasFull ? Limits.Bytes / 4 * 3 : Limits.NearBytes / 2;
}
