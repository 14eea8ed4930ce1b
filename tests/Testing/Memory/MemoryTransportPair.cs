using System.Net;

namespace Earshot.Testing;

/// <summary>Two connected in-memory ends: what one sends the other receives.</summary>
internal sealed class MemoryTransportPair
{
    private readonly MemoryPipe _toServer;
    private readonly MemoryPipe _toClient;

    public MemoryTransportPair(MemoryTransportOptions? options = null, EndPoint? serverEndPoint = null)
    {
        options ??= MemoryTransportOptions.Default;
        _toServer = new MemoryPipe(options);
        _toClient = new MemoryPipe(options);
        Client = new MemoryTransport(_toClient, _toServer, serverEndPoint ?? new IPEndPoint(IPAddress.Loopback, 4222));
        Server = new MemoryTransport(_toServer, _toClient, new IPEndPoint(IPAddress.Loopback, 50_000));
    }

    public MemoryTransport Client { get; }

    public MemoryTransport Server { get; }

    /// <summary>Bytes the client has sent and the server has not read.</summary>
    public int UnreadByServer => _toServer.Unread;

    /// <summary>Bytes the server has sent and the client has not read.</summary>
    public int UnreadByClient => _toClient.Unread;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Server.ReadAsync(buffer, cancellationToken);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        Server.WriteAsync(bytes, cancellationToken);

    /// <summary>The server closes in an orderly way: the client reads what is left and then the end.</summary>
    public void Close() => Server.Dispose();

    /// <summary>The server resets the connection: the client reads what was sent before and then fails.</summary>
    public void Abort() => Server.Abort();
}
