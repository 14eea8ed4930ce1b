using Earshot.Outbound;
using Earshot.Transport;

namespace Earshot.Sessions;

/// <summary>
/// Drains the outbound buffer into one transport, one write for all that has gathered. It has no thread and no task while
/// there is nothing to write: whoever makes the buffer non-empty starts it. While publishers are busy it only watches them: they write
/// full flights themselves, whose bytes their processor has at hand, and it sends what is left when they pause.
/// </summary>
internal sealed class WriteLoop(OutboundBuffer outbound, ITransport transport, IWriteFailureSink session, Events.Journal? journal = null) : IFlusher, IThreadPoolWorkItem
{
    private const int MaxLooks = 64;
    private const int MaxLooksWhenFilling = 128;
    private const int MaxLooksApart = 8;
    private const int SpinsPerLook = 20; // most of a microsecond

    private TaskCompletionSource? _left; // there before it is stopped
    private int _running; // started, or writing what a publisher was lent
    private bool _isStopped;

    public void Start(bool inline)
    {
        Interlocked.Increment(ref _running);
        if (inline)
        {
            Drain(maxWrites: 1);
        }
        else
        {
            Queue();
        }
    }

    public void WriteLent()
    {
        Interlocked.Increment(ref _running);
        DrainLent();
    }

    void IThreadPoolWorkItem.Execute()
    {
        Watch();
        Drain(int.MaxValue);
    }

    /// <summary>Call after the transport was aborted; completes when nothing of this loop touches the buffer any more.</summary>
    public Task StopAsync()
    {
        TaskCompletionSource left = _left ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _isStopped, true);
        Interlocked.MemoryBarrier(); // a start that is not counted yet must see the flag
        if (Volatile.Read(ref _running) == 0)
        {
            left.TrySetResult();
        }

        return left.Task;
    }

    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    // An idle caller may do the first write on its own thread, which saves a request the hop to another one; it must not be
    // kept writing what others add meanwhile.
    private void Drain(int maxWrites)
    {
        try
        {
            for (int writes = 1; !Volatile.Read(ref _isStopped) && outbound.TryTakeSlice(this, out ReadOnlyMemory<byte> slice); writes++)
            {
                if (!TrySend(slice, isLent: false))
                {
                    return;
                }

                if (writes < maxWrites)
                {
                    Watch();
                    continue;
                }

                if (outbound.TryRest())
                {
                    break;
                }

                Queue();
                return;
            }
        }
        catch (Exception e)
        {
            session.WriteFailed(e);
        }

        Leave();
    }

    // A publisher, likewise: it writes the flight it was lent and no other.
    private void DrainLent()
    {
        try
        {
            while (!Volatile.Read(ref _isStopped) && outbound.Flight.TryNext(out ReadOnlyMemory<byte> slice))
            {
                if (!TrySend(slice, isLent: true))
                {
                    return;
                }
            }

            if (!Volatile.Read(ref _isStopped) && outbound.ReturnLent())
            {
                Queue();
                return;
            }
        }
        catch (Exception e)
        {
            session.WriteFailed(e);
        }

        Leave();
    }

    // False: it goes on when the transport has taken the bytes.
    private bool TrySend(ReadOnlyMemory<byte> slice, bool isLent)
    {
        ProtocolTap.Outbound(journal, slice.Span);
        ValueTask write = transport.SendAsync(slice);
        if (!write.IsCompletedSuccessfully)
        {
            _ = FinishAsync(write, isLent);
            return false;
        }

        write.GetAwaiter().GetResult();
        outbound.Flight.SliceSent();
        return true;
    }

    private async Task FinishAsync(ValueTask write, bool isLent)
    {
        try
        {
            await write.ConfigureAwait(false);
            outbound.Flight.SliceSent();
        }
        catch (Exception e)
        {
            session.WriteFailed(e);
            Leave();
            return;
        }

        if (isLent)
        {
            DrainLent();
        }
        else
        {
            Drain(int.MaxValue);
        }
    }

    // Publishers that are at it would be given one write for every few messages, and each write costs more than the messages in it. It
    // waits as long as more comes, and without a full flight never long, but for one that fills fast. To look takes the cache line away from the publisher, so each
    // look is further off than the last one.
    private void Watch()
    {
        (long taken, int gathered) = (outbound.Taken, outbound.Gathered);
        if (gathered == 0 && !outbound.Flight.IsLent)
        {
            return;
        }

        outbound.Flight.LetPublishersWrite();
        int apart = 1;
        for (int looks = 0; looks < MaxLooks || (looks < MaxLooksWhenFilling && outbound.Flight.IsFillingFast(gathered)); looks += apart)
        {
            Thread.SpinWait(apart * SpinsPerLook);
            (long takenNow, int gatheredNow) = (outbound.Taken, outbound.Gathered);
            if (takenNow == taken && gatheredNow == gathered && !outbound.Flight.IsLent)
            {
                return;
            }

            if (takenNow != taken)
            {
                looks = 0;
            }

            (taken, gathered) = (takenNow, gatheredNow);
            apart = Math.Min(MaxLooksApart, apart * 2);
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _running) == 0 && Volatile.Read(ref _isStopped))
        {
            _left!.TrySetResult();
        }
    }
}
