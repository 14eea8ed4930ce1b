using System.Net;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Earshot.Transport;

/// <summary>
/// The bytes inside an open WebSocket: frames may be split anywhere, so their boundaries have no meaning. Owns the socket and the transport
/// below; does not open it.
/// </summary>
internal sealed class WebSocketTransport(WebSocket socket, IDisposable handler, ITransport below) : ITransport
{
    private int _closed;

    public EndPoint? RemoteEndPoint => below.RemoteEndPoint;

    public TransportProgress? Progress => below.Progress;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        while (true)
        {
            ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer, CancellationToken.None).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                throw new IOException(CloseText());
            }

            if (received.MessageType == WebSocketMessageType.Text)
            {
                throw new IOException("The server sent a WebSocket text frame; NATS requires binary frames.");
            }

            // An empty frame is no end of the stream.
            if (received.Count > 0 || buffer.IsEmpty)
            {
                return received.Count;
            }
        }
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) =>
        bytes.IsEmpty ? default : socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    public void Abort() => below.Abort();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        below.Dispose();
        socket.Dispose();
        handler.Dispose();
    }

    // A NATS server puts its reason into the close frame, more precise than any -ERR.
    private string CloseText() =>
        $"The server closed the WebSocket: {(int?)socket.CloseStatus} {Diagnostics.Redact.Printable(socket.CloseStatusDescription)}";
}
