using System.IO.Pipelines;
using System.Net;

namespace Earshot.Server.Links;

/// <summary>A link over a duplex pipe: in memory, or what carries a WebSocket. Owns the pipe; how to abort it is handed in.</summary>
internal sealed class PipeLink(IDuplexPipe pipe, IPEndPoint? remote, Action<bool> abort) : IClientLink, IAsyncDisposable
{
    private int _closed;

    public IPEndPoint? Remote => remote;

    public ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken) => pipe.Input.ReadAsync(cancellationToken);

    public void Advance(SequencePosition consumed) => pipe.Input.AdvanceTo(consumed);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        FlushResult result = await pipe.Output.WriteAsync(bytes).ConfigureAwait(false);
        if (result.IsCompleted || result.IsCanceled)
        {
            throw new IOException("The client has stopped reading.");
        }
    }

    public async ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            await pipe.Output.CompleteAsync().ConfigureAwait(false);
            pipe.Input.CancelPendingRead();
        }
    }

    public void Abort(bool reset)
    {
        abort(reset);
        pipe.Input.CancelPendingRead();
        pipe.Output.CancelPendingFlush();
    }

    /// <summary>Nothing is read any more.</summary>
    public ValueTask DisposeAsync() => pipe.Input.CompleteAsync();
}
