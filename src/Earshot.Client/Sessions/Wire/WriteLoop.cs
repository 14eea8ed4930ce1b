using Earshot.Outbound;
using Earshot.Transport;

namespace Earshot.Sessions;

/// <summary>
/// Drains the outbound buffer into one transport, one write for all that has gathered. It has no thread and no task while
/// there is nothing to write: the append that makes the buffer non-empty starts it. While publishers are busy it only watches them: they
/// write full batches themselves, whose bytes their processor has at hand, and it sends what is left when they pause.
/// </summary>
internal sealed class WriteLoop(OutboundBuffer outbound, ITransport transport, IWriteFailureSink session, Events.Journal? journal = null) : IFlusher, IThreadPoolWorkItem
{
    private const int MaxPolls = 64;
    private const int MaxPollsWhenFilling = 128;
    private const int MaxPollInterval = 8;
    private const int SpinsPerPoll = 20; // most of a microsecond

    private TaskCompletionSource? _left; // there before it is stopped
    private int _running; // started, or writing a batch that was delegated to a publisher
    private bool _isStopped;

    public void Start(bool inline)
    {
        Interlocked.Increment(ref _running);
        if (inline)
        {
            _ = DrainAsync(canContinue: false);
        }
        else
        {
            Queue();
        }
    }

    public void WriteDelegated()
    {
        Interlocked.Increment(ref _running);
        _ = DrainAsync(canContinue: true, isDelegated: true);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Watch();
        _ = DrainAsync(canContinue: true);
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
    // kept writing what others add meanwhile. A publisher writes the batch that was delegated to it and no other. All failures of a
    // write end here. While the transport accepts the bytes immediately, nothing is allocated.
    private async Task DrainAsync(bool canContinue, bool isDelegated = false)
    {
        try
        {
            while (!Volatile.Read(ref _isStopped) && TryTake(isDelegated, out ReadOnlyMemory<byte> slice))
            {
                ProtocolTap.Outbound(journal, slice.Span);
                ValueTask write = transport.SendAsync(slice);
                bool isCallersThread = write.IsCompletedSuccessfully;
                await write.ConfigureAwait(false);
                outbound.Batch.SliceSent();
                if (isDelegated)
                {
                    continue;
                }

                if (!isCallersThread)
                {
                    canContinue = true; // the continuation runs on a thread of the pool
                    continue;
                }

                if (canContinue)
                {
                    Watch();
                    continue;
                }

                if (outbound.TryIdle())
                {
                    break;
                }

                Queue();
                return;
            }

            if (isDelegated && !Volatile.Read(ref _isStopped) && outbound.CompleteDelegated())
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

    private bool TryTake(bool isDelegated, out ReadOnlyMemory<byte> slice) =>
        isDelegated ? outbound.Batch.TryNext(out slice) : outbound.TryTakeSlice(this, out slice);

    // Busy publishers would get one write for every few messages, and each write costs more than the messages in it. It waits as long
    // as more comes, and without a full batch never long, except for one that fills fast. To look takes the cache line away from the
    // publisher, so that the interval of the polls grows.
    private void Watch()
    {
        (long taken, int gathered) = (outbound.Taken, outbound.Gathered);
        if (gathered == 0 && !outbound.Batch.IsDelegated)
        {
            return;
        }

        outbound.Batch.EnableDelegation();
        int interval = 1;
        for (int polls = 0; polls < MaxPolls || (polls < MaxPollsWhenFilling && outbound.Batch.IsFillingFast(gathered)); polls += interval)
        {
            Thread.SpinWait(interval * SpinsPerPoll);
            (long dequeuedNow, int gatheredNow) = (outbound.Taken, outbound.Gathered);
            if (dequeuedNow == taken && gatheredNow == gathered && !outbound.Batch.IsDelegated)
            {
                return;
            }

            if (dequeuedNow != taken)
            {
                polls = 0;
            }

            (taken, gathered) = (dequeuedNow, gatheredNow);
            interval = Math.Min(MaxPollInterval, interval * 2);
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
