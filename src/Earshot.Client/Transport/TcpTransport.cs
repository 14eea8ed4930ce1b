using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Earshot.Transport;

/// <summary>A connected TCP socket. Owns the socket; does not encrypt, buffer or time out.</summary>
internal sealed class TcpTransport : ITransport
{
    private readonly Socket _socket;
    private int _closed;
    private long _written;

    /// <summary>Takes over a connected socket; <paramref name="remote"/> is what it was connected to, where the caller knows.</summary>
    public TcpTransport(Socket socket, EndPoint? remote = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
        _socket.Blocking = false;
        RemoteEndPoint = remote ?? socket.RemoteEndPoint;
    }

    public EndPoint? RemoteEndPoint { get; }

    public bool SendsImmediately => true;

    public TransportProgress? Progress => TcpProgress.Read(_socket, Volatile.Read(ref _written));

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _socket.ReceiveAsync(buffer, SocketFlags.None);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return default;
        }

        // The system nearly always accepts everything immediately, and a socket that has never sent asynchronously is 400 bytes smaller.
        int sent = _socket.Send(bytes.Span, SocketFlags.None, out SocketError error);
        Volatile.Write(ref _written, _written + sent);
        if (error == SocketError.Success && sent == bytes.Length)
        {
            return default;
        }

        return error is SocketError.Success or SocketError.WouldBlock
            ? SendRestAsync(bytes[sent..])
            : ValueTask.FromException(new SocketException((int)error));
    }

    public void Abort()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            // A zero timeout discards what is unsent and resets the connection; operations in progress fail immediately.
            _socket.Close(0);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The other side was faster: there is nothing left to end in an orderly way.
        }

        _socket.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> rest)
    {
        while (rest.Length > 0)
        {
            int sent = await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false);
            Volatile.Write(ref _written, _written + sent);
            rest = rest[sent..];
        }
    }
}
