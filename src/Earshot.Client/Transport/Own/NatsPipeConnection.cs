using System.Buffers;
using System.IO.Pipelines;

namespace Earshot;

/// <summary>A connection over a pair of pipes: in-process servers, tests, multiplexers. Owns the pipes: disposing completes both.</summary>
/// <param name="pipe">Where the server's bytes come in and where the client's go.</param>
public sealed class NatsPipeConnection(IDuplexPipe pipe) : INatsSocketConnection
{
    /// <inheritdoc/>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer)
    {
        FlushResult flushed = await pipe.Output.WriteAsync(buffer).ConfigureAwait(false);
        return flushed.IsCompleted ? throw new IOException("The other side of the pipe has ended.") : buffer.Length;
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        ReadResult read = await pipe.Input.ReadAsync().ConfigureAwait(false);
        ObjectDisposedException.ThrowIf(read.IsCanceled, this);
        ReadOnlySequence<byte> taken = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
        taken.CopyTo(buffer.Span);
        pipe.Input.AdvanceTo(taken.End);
        return (int)taken.Length;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A pending read may be on another thread; completing the reader under it is not allowed, cancelling it is.
        pipe.Input.CancelPendingRead();
        await pipe.Output.CompleteAsync().ConfigureAwait(false);
    }
}
