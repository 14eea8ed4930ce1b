using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Earshot.Transport;

/// <summary>A connected TCP socket. Owns the socket; does not encrypt, buffer or time out.</summary>
internal sealed class TcpTransport : ITransport
{
    private readonly Socket _socket;
    private int _closed;

    /// <summary>Takes over a connected socket.</summary>
    public TcpTransport(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
        RemoteEndPoint = socket.RemoteEndPoint;
    }

    public EndPoint? RemoteEndPoint { get; }

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _socket.ReceiveAsync(buffer, SocketFlags.None);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return default;
        }

        ValueTask<int> sending = _socket.SendAsync(bytes, SocketFlags.None);
        if (sending.IsCompletedSuccessfully)
        {
            int sent = sending.Result;
            return sent == bytes.Length ? default : SendRestAsync(new ValueTask<int>(sent), bytes);
        }

        return SendRestAsync(sending, bytes);
    }

    public void Abort()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            // A zero timeout discards what is unsent and resets the connection; operations in progress fail at once.
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
    private async ValueTask SendRestAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes)
    {
        int sent = await sending.ConfigureAwait(false);
        while (sent < bytes.Length)
        {
            sent += await _socket.SendAsync(bytes[sent..], SocketFlags.None).ConfigureAwait(false);
        }
    }
}
