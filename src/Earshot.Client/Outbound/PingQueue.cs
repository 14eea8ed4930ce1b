using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>One PING that somebody waits for; completed with its round-trip time, or with why it never will be.</summary>
internal sealed class PingWaiter(long sentAt, OutboundMark mark)
{
    private readonly TaskCompletionSource<TimeSpan> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long SentAt { get; } = sentAt;

    /// <summary>What the server has got when it answers.</summary>
    public OutboundMark Mark { get; } = mark;

    /// <summary>The round-trip time.</summary>
    public Task<TimeSpan> Task => _completion.Task;

    /// <summary>The same for those who only wait.</summary>
    public Task Answered => _completion.Task;

    public void Complete(TimeSpan roundTrip) => _completion.TrySetResult(roundTrip);

    public void Fail(Exception exception)
    {
        if (_completion.TrySetException(exception))
            _ = _completion.Task.Exception; // a waiter that timed out has left already
    }
}

/// <summary>
/// The PINGs of the live session in the order they were written: the server answers in that order, so a PONG belongs to the
/// first. A PING behind other frames is a barrier: its PONG says the server has processed them.
/// </summary>
internal sealed class PingQueue(OutboundBuffer outbound, TimeProvider time)
{
    private Queue<PingWaiter>? _waiting; // under the outbound gate; made by the first

    public int Count => _waiting?.Count ?? 0;

    /// <summary>When the first PING that has no answer yet was written; null when there is none.</summary>
    public long? OldestSentAt
    {
        get
        {
            lock (outbound.Gate)
                return _waiting is not null && _waiting.TryPeek(out PingWaiter? oldest) ? oldest.SentAt : null;
        }
    }

    /// <summary>Writes a PING into the live session; null when there is none.</summary>
    public PingWaiter? Send(bool inline)
    {
        PingWaiter? waiter;
        IFlusher? start;
        lock (outbound.Gate)
        {
            if (!outbound.IsAttached)
                return null;
            waiter = EnqueueLocked();
            start = WriteLocked();
        }

        start?.Start(inline);
        return waiter;
    }

    /// <summary>A waiter whose PING the caller writes behind what is there, under the same gate.</summary>
    public PingWaiter EnqueueLocked() => EnqueueLocked(outbound.MarkLocked(ClientOperationWriter.Ping.Length));

    /// <summary>A waiter whose PING the caller puts in front of what is there: its answer says nothing of that.</summary>
    public PingWaiter EnqueueInFrontLocked() => EnqueueLocked(default);

    private PingWaiter EnqueueLocked(OutboundMark mark)
    {
        var waiter = new PingWaiter(time.GetTimestamp(), mark);
        (_waiting ??= []).Enqueue(waiter);
        return waiter;
    }

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
        lock (outbound.Gate)
        {
            if (_waiting is null || !_waiting.TryDequeue(out waiter))
                return null;
            outbound.ArrivedLocked(waiter.Mark);
        }

        TimeSpan roundTrip = time.GetElapsedTime(waiter.SentAt);
        waiter.Complete(roundTrip);
        return roundTrip;
    }

    /// <summary>The session is over: nobody will answer.</summary>
    public void FailAll(Func<Exception> exception)
    {
        while (true)
        {
            PingWaiter? waiter;
            lock (outbound.Gate)
            {
                if (_waiting is null || !_waiting.TryDequeue(out waiter))
                    return;
            }

            waiter.Fail(exception());
        }
    }
}
