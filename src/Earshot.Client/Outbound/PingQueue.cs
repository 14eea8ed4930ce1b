using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>
/// The PINGs of the live session in the order they were written: the server answers in that order, so a PONG belongs to the
/// first. A PING behind other frames is a barrier: its PONG confirms that the server has processed them.
/// </summary>
internal sealed class PingQueue(OutboundBuffer outbound)
{
    // Under the outbound lock. Linked, because a queue would stay with a connection that only ever sends keep-alive PINGs.
    private PingWaiter? _first;
    private PingWaiter? _last;
    private int _awaited;
    private int _refusals; // read loop only

    /// <summary>Whether a caller waits for a PONG.</summary>
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

        outbound.Start(start, inline);
        return waiter;
    }

    /// <summary>A waiter whose PING the caller writes behind what is there, under the same gate.</summary>
    public PingWaiter EnqueueLocked() => EnqueueLocked(Here(), isProbe: false);

    /// <summary>A waiter whose PING the caller puts before the frames that are buffered: its PONG does not confirm those.</summary>
    public PingWaiter EnqueueInFrontLocked() => EnqueueLocked(default, isProbe: false);

    /// <summary>The newest PING whose PONG a caller waits for; null when there is none. Under the outbound lock.</summary>
    public PingWaiter? LastAwaitedLocked()
    {
        PingWaiter? last = null;
        for (PingWaiter? waiter = _first; waiter is not null; waiter = waiter.Next)
        {
            last = waiter.IsProbe ? last : waiter;
        }

        return last;
    }

    public IFlusher? WriteLocked()
    {
        ReadOnlySpan<byte> ping = ClientOperationWriter.Ping;
        ping.CopyTo(outbound.ReserveLocked(ping.Length));
        return outbound.CommitLocked(ping.Length);
    }

    /// <summary>A PONG was received; null when no PING is outstanding (the server may send an unsolicited PONG).</summary>
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

        waiter.Refusals = _refusals;

        TimeSpan roundTrip = outbound.Time.GetElapsedTime(waiter.SentAt);
        waiter.Complete(roundTrip);
        return roundTrip;
    }

    /// <summary>How often it has so far.</summary>
    public int Refusals => _refusals;

    /// <summary>The server has rejected something without naming it; <see cref="PingWaiter.Refusals"/> shows before which PONG.</summary>
    public void CountRefusal() => _refusals++;

    /// <summary>The session has ended: no PONG will arrive.</summary>
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
