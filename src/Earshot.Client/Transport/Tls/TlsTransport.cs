using System.Net;
using System.Net.Security;

namespace Earshot.Transport;

/// <summary>Bytes inside TLS. Owns the encrypted stream and the transport below; does not negotiate.</summary>
internal sealed class TlsTransport(SslStream stream, ITransport below) : ITransport
{
    private int _closed;

    public EndPoint? RemoteEndPoint => below.RemoteEndPoint;

    // With an empty buffer SslStream itself waits with an empty read below and returns when a record has been decrypted.
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? default : stream.WriteAsync(bytes);

    // Only what is below: SslStream may be at work on another thread, and its pending operations fail with the transport's.
    public void Abort() => below.Abort();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        below.Dispose();
        stream.Dispose();
    }
}
