using Earshot.Outbound;
using Earshot.Transport;

namespace Earshot.Sessions;

/// <summary>Who is told that a write failed; the loop has left by then.</summary>
internal interface IWriteFailureSink
{
    void WriteFailed(Exception exception);
}

/// <summary>
/// Drains the outbound buffer into one transport, one write for all that has gathered. It has no thread and no task while
/// there is nothing to write: whoever makes the buffer non-empty starts it.
/// </summary>
internal sealed class WriteLoop(OutboundBuffer outbound, ITransport transport, IWriteFailureSink session, Events.Journal? journal = null) : IFlusher, IThreadPoolWorkItem
{
    private const int WorthWriting = 32 * 1024;
    private const int MaxLooks = 64;
    private const int SpinsPerLook = 20;

    private TaskCompletionSource? _left; // there before it is stopped
    private int _running;
    private bool _isStopped;

    public void Start(bool inline)
    {
        Interlocked.Increment(ref _running);
        if (inline)
            Drain(maxWrites: 1);
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        LetGather();
        Drain(int.MaxValue);
    }

    /// <summary>Call after the transport was aborted; completes when nothing of this loop touches the buffer any more.</summary>
    public Task StopAsync()
    {
        TaskCompletionSource left = _left ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _isStopped, true);
        Interlocked.MemoryBarrier(); // a start that is not counted yet must see the flag
        if (Volatile.Read(ref _running) == 0)
            left.TrySetResult();
        return left.Task;
    }

    // An idle caller may do the first write on its own thread, which saves a request the hop to another one; it must not be
    // kept writing what others add meanwhile.
    private void Drain(int maxWrites)
    {
        try
        {
            for (int writes = 0; !Volatile.Read(ref _isStopped) && outbound.TryTakeSlice(this, out ReadOnlyMemory<byte> slice); writes++)
            {
                ProtocolTap.Outbound(journal, slice.Span);
                ValueTask write = transport.SendAsync(slice);
                if (!write.IsCompletedSuccessfully)
                {
                    _ = FinishAsync(write);
                    return;
                }

                write.GetAwaiter().GetResult();
                if (!outbound.SliceSent())
                    break;
                if (writes + 1 >= maxWrites)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    return;
                }

                LetGather();
            }
        }
        catch (Exception e)
        {
            session.WriteFailed(e);
        }

        Leave();
    }

    // Publishers that are at it while a write ends would be given one write for every few messages, and each write costs more
    // than the messages in it. It waits as long as more comes within a microsecond or so, and never long.
    private void LetGather()
    {
        int gathered = outbound.Gathered;
        for (int i = 0; i < MaxLooks && gathered < WorthWriting; i++)
        {
            Thread.SpinWait(SpinsPerLook);
            int now = outbound.Gathered;
            if (now == gathered)
                return;
            gathered = now;
        }
    }

    private async Task FinishAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
            if (!outbound.SliceSent())
            {
                Leave();
                return;
            }
        }
        catch (Exception e)
        {
            session.WriteFailed(e);
            Leave();
            return;
        }

        Drain(int.MaxValue);
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _running) == 0 && Volatile.Read(ref _isStopped))
            _left!.TrySetResult();
    }
}
