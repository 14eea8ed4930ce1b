using System.Buffers;
using System.IO.Pipelines;

namespace Earshot;

/// <summary>
/// A transport connection over a pair of pipes, for in-process servers, tests and multiplexers. It owns the pipes and completes both
/// when it is disposed.
/// </summary>
/// <param name="pipe">The pipes: the input has the server's bytes, the output takes the client's.</param>
public sealed class NatsPipeConnection(IDuplexPipe pipe) : INatsSocketConnection
{
    private const int Receiving = 1;
    private const int Disposed = 2;

    private int _state;

    /// <inheritdoc/>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer)
    {
        FlushResult flushed = await pipe.Output.WriteAsync(buffer).ConfigureAwait(false);
        ObjectDisposedException.ThrowIf(flushed.IsCanceled, this);
        return flushed.IsCompleted ? throw new IOException("The other end of the pipe is completed.") : buffer.Length;
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        ObjectDisposedException.ThrowIf((Interlocked.Or(ref _state, Receiving) & Disposed) != 0, this);
        try
        {
            ReadResult read = await pipe.Input.ReadAsync().ConfigureAwait(false);
            ObjectDisposedException.ThrowIf(read.IsCanceled, this);
            ReadOnlySequence<byte> taken = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
            int length = (int)taken.Length; // not valid any more when the pipe has its segments back
            taken.CopyTo(buffer.Span);
            pipe.Input.AdvanceTo(taken.End);
            return length;
        }
        finally
        {
            if ((Interlocked.And(ref _state, ~Receiving) & Disposed) != 0)
            {
                await pipe.Input.CompleteAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        int before = Interlocked.Or(ref _state, Disposed);
        if ((before & Disposed) != 0)
        {
            return;
        }

        // A reader must not be completed under a read on another thread; that read is cancelled and completes it.
        if ((before & Receiving) != 0)
        {
            pipe.Input.CancelPendingRead();
        }
        else
        {
            await pipe.Input.CompleteAsync().ConfigureAwait(false);
        }

        pipe.Output.CancelPendingFlush();
        await pipe.Output.CompleteAsync().ConfigureAwait(false);
    }
}
