using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Earshot.Server.Links;

/// <summary>
/// A link over a socket, which it owns. Bytes go from the socket into a large pooled buffer and from the caller's memory straight
/// into the socket. Holds no buffer while the client is silent.
/// </summary>
internal sealed class SocketLink : IClientLink, IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly Socket _socket;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _mayHoldMore;

    public SocketLink(Socket socket)
    {
        _socket = socket;
        try
        {
            _socket.NoDelay = true;
            Remote = (IPEndPoint?)_socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            // The client has gone already; the first read says so.
        }
    }

    public IPEndPoint? Remote { get; }

    public async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }

        return new ReadResult(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), isCanceled: false, isCompleted: _start == _end);
    }

    public void Advance(SequencePosition consumed)
    {
        _start = consumed.GetInteger();
        if (_start == _end)
        {
            Release();
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) =>
        await _socket.SendAsync(bytes, CancellationToken.None).ConfigureAwait(false);

    public ValueTask CloseAsync()
    {
        Abort(reset: false);
        return default;
    }

    public void Abort(bool reset)
    {
        try
        {
            if (reset)
            {
                _socket.LingerState = new LingerOption(enable: true, seconds: 0);
                _socket.Close();
                return;
            }

            // What the system has taken over is still sent. A read that is under way ends.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }
    }

    public void Dispose()
    {
        Release();
        _socket.Dispose();
    }

    private async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        var waiting = _mayHoldMore ? default : _socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
        if (waiting.IsCompleted)
        {
            // A client that never pauses would keep its thread from all others.
            await Task.Yield();
        }

        await waiting.ConfigureAwait(false);
        _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        _end = await _socket.ReceiveAsync(_buffer, cancellationToken).ConfigureAwait(false);
        _mayHoldMore = _end == _buffer.Length;
    }

    private void Release()
    {
        var old = _buffer;
        (_buffer, _start, _end) = ([], 0, 0);
        if (old.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }
}
