using Earshot.Timing;

namespace Earshot.Outbound;

/// <summary>
/// A caller that waits until it is its turn in the outbound buffer. With a message, the message is appended for it; without one, the
/// caller appends itself. What comes of it is decided under the outbound lock: by room, the deadline, the token or the end.
/// </summary>
internal sealed class SpaceWaiter(OutboundBuffer outbound, int size) : TimerEntry
{
    public SpaceWaiter(OutboundBuffer outbound, QueuedPublish message)
        : this(outbound, FrameEncoder.Measure(message.AsMessage())) => Message = message;

    private readonly TaskCompletionSource<AppendResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Null: the caller appends itself, and only into a live session.</summary>
    public QueuedPublish? Message { get; }

    /// <summary>Bytes it needs at most.</summary>
    public int Size => size;

    /// <summary>What was decided; valid once it has left the queue.</summary>
    public AppendResult Result { get; set; }

    /// <summary>Why its message could not be appended when it was its turn; null otherwise. Valid as <see cref="Result"/> is.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Its neighbours in the queue, later the next one whose wait is over. Guarded by the outbound lock.</summary>
    public SpaceWaiter? Next { get; set; }

    /// <inheritdoc cref="Next"/>
    public SpaceWaiter? Previous { get; set; }

    /// <summary>Guarded by the outbound lock.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Hands the decision over; never under the outbound lock.</summary>
    public void Complete()
    {
        if (Failure is { } failure)
        {
            _completion.TrySetException(failure);
        }
        else
        {
            _completion.TrySetResult(Result);
        }
    }

    /// <summary>What was decided; <see cref="AppendResult.MustWait"/> when the time was over first.</summary>
    public async Task<AppendResult> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        outbound.EnterQueue(this);
        var timers = TimerQueue.For(outbound.Time);
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            timers.Schedule(this, timeout);
        }

        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((SpaceWaiter)state!).Cancel(token), this);
        try
        {
            return await _completion.Task.ConfigureAwait(false);
        }
        finally
        {
            timers.Cancel(this);
        }
    }

    protected override void Fire()
    {
        if (outbound.TryLeaveQueue(this))
        {
            _completion.TrySetResult(AppendResult.MustWait);
        }
    }

    private void Cancel(CancellationToken token)
    {
        if (outbound.TryLeaveQueue(this))
        {
            _completion.TrySetCanceled(token);
        }
    }
}
