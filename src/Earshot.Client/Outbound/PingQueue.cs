using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>One PING that somebody waits for; completed with its round-trip time, or with why it never will be.</summary>
internal sealed class PingWaiter(long sentAt, OutboundMark mark, bool isProbe)
{
    private readonly TaskCompletionSource<TimeSpan> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long SentAt { get; } = sentAt;

    /// <summary>What the server has got when it answers.</summary>
    public OutboundMark Mark { get; } = mark;

    /// <summary>The keep-alive sent it: nobody waits for its answer.</summary>
    public bool IsProbe => isProbe;

    /// <summary>The one written after it. The queue's.</summary>
    public PingWaiter? Next { get; set; }

    /// <summary>The round-trip time.</summary>
    public Task<TimeSpan> Task => _completion.Task;

    /// <summary>The same for those who only wait.</summary>
    public Task Answered => _completion.Task;

    public void Complete(TimeSpan roundTrip) => _completion.TrySetResult(roundTrip);

    public void Fail(Exception exception)
    {
        if (_completion.TrySetException(exception))
        {
            _ = _completion.Task.Exception; // a waiter that timed out has left already
        }
    }
}

/// <summary>
/// The PINGs of the live session in the order they were written: the server answers in that order, so a PONG belongs to the
/// first. A PING behind other frames is a barrier: its PONG says the server has processed them.
/// </summary>
internal sealed class PingQueue(OutboundBuffer outbound)
{
    // Under the outbound gate. Linked, because a queue would stay with a connection that only ever asks for a sign of life.
    private PingWaiter? _first;
    private PingWaiter? _last;
    private int _awaited;

    /// <summary>Whether somebody waits for an answer.</summary>
    public bool IsAwaited => Volatile.Read(ref _awaited) > 0;

    /// <summary>When the first PING that has no answer yet was written; null when there is none.</summary>
    public long? OldestSentAt
    {
        get
        {
            using (outbound.Gate.EnterScope())
            {
                return _first?.SentAt;
            }
        }
    }

    /// <summary>Writes a PING into the live session; null when there is none.</summary>
    public PingWaiter? Send(bool inline, bool isProbe = false)
    {
        PingWaiter? waiter;
        IFlusher? start;
        using (outbound.Gate.EnterScope())
        {
            if (!outbound.IsAttached)
            {
                return null;
            }

            waiter = EnqueueLocked(Here(), isProbe);
            start = WriteLocked();
        }

        start?.Start(inline);
        return waiter;
    }

    /// <summary>A waiter whose PING the caller writes behind what is there, under the same gate.</summary>
    public PingWaiter EnqueueLocked() => EnqueueLocked(Here(), isProbe: false);

    /// <summary>A waiter whose PING the caller puts in front of what is there: its answer says nothing of that.</summary>
    public PingWaiter EnqueueInFrontLocked() => EnqueueLocked(default, isProbe: false);

    public IFlusher? WriteLocked()
    {
        ReadOnlySpan<byte> ping = ClientOperationWriter.Ping;
        ping.CopyTo(outbound.ReserveLocked(ping.Length));
        return outbound.CommitLocked(ping.Length);
    }

    /// <summary>A PONG has come; null when nobody waits for one (the server may send it unasked).</summary>
    public TimeSpan? PongArrived()
    {
        PingWaiter? waiter;
        using (outbound.Gate.EnterScope())
        {
            waiter = DequeueLocked();
            if (waiter is null)
            {
                return null;
            }

            outbound.ArrivedLocked(waiter.Mark);
        }

        TimeSpan roundTrip = outbound.Time.GetElapsedTime(waiter.SentAt);
        waiter.Complete(roundTrip);
        return roundTrip;
    }

    /// <summary>The session is over: nobody will answer.</summary>
    public void FailAll(Func<Exception> exception)
    {
        while (true)
        {
            PingWaiter? waiter;
            using (outbound.Gate.EnterScope())
            {
                waiter = DequeueLocked();
            }

            if (waiter is null)
            {
                return;
            }

            waiter.Fail(exception());
        }
    }

    private OutboundMark Here() => outbound.MarkLocked(ClientOperationWriter.Ping.Length);

    private PingWaiter EnqueueLocked(OutboundMark mark, bool isProbe)
    {
        var waiter = new PingWaiter(outbound.Time.GetTimestamp(), mark, isProbe);
        if (_last is null)
        {
            _first = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
        _awaited += isProbe ? 0 : 1;
        return waiter;
    }

    private PingWaiter? DequeueLocked()
    {
        if (_first is not { } oldest)
        {
            return null;
        }

        _first = oldest.Next;
        if (_first is null)
        {
            _last = null;
        }

        _awaited -= oldest.IsProbe ? 0 : 1;
        return oldest;
    }
}
