using System.IO.Pipelines;
using System.Net;
using System.Net.Security;

namespace Earshot.Server.Links;

/// <summary>
/// A link with TLS: the first bytes written (INFO) go out in clear unless TLS comes first, then the handshake
/// follows, and everything else is encrypted. The deadline of that first write is the handshake's.
/// </summary>
internal sealed class TlsLink(
    IClientLink inner, SslServerAuthenticationOptions options, bool handshakeFirst, Func<bool> isOver) : IClientLink, IDisposable
{
    private readonly SslStream _encrypted = new(new LinkStream(inner));
    private readonly TaskCompletionSource<PipeReader> _reader = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isHandshakeDone;
    private int _closed;

    public IPEndPoint? Remote => inner.Remote;

    public async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        PipeReader reader = await _reader.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Advance(SequencePosition consumed) => _reader.Task.Result.AdvanceTo(consumed);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (!_isHandshakeDone)
        {
            if (!handshakeFirst)
            {
                await inner.WriteAsync(bytes).ConfigureAwait(false);
                bytes = default;
                if (isOver())
                {
                    return; // refused behind INFO, in clear as that was
                }
            }

            await _encrypted.AuthenticateAsServerAsync(options, CancellationToken.None).ConfigureAwait(false);
            _isHandshakeDone = true;
            _reader.TrySetResult(PipeReader.Create(_encrypted, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true)));
        }

        await _encrypted.WriteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
        await _encrypted.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public async ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            if (_isHandshakeDone)
            {
                await _encrypted.ShutdownAsync().ConfigureAwait(false);
            }

            await inner.CloseAsync().ConfigureAwait(false);
            Stop();
        }
    }

    public void Abort(bool reset)
    {
        inner.Abort(reset);
        Stop();
    }

    public void Dispose() => _encrypted.Dispose();

    private void Stop()
    {
        _reader.TrySetCanceled();
        if (_reader.Task.IsCompletedSuccessfully)
        {
            _reader.Task.Result.CancelPendingRead();
        }
    }
}
