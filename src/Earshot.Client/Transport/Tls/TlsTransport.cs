using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Earshot.Transport;

/// <summary>Bytes inside TLS. Owns the encrypted stream and the transport below; does not negotiate.</summary>
internal sealed class TlsTransport(SslStream stream, ITransport below) : ITransport
{
    private int _closed;

    public EndPoint? RemoteEndPoint => below.RemoteEndPoint;

    // With an empty buffer SslStream itself waits with an empty read below and returns when a record has been decrypted.
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        ValueTask<int> received = stream.ReadAsync(buffer);
        return received.IsCompletedSuccessfully ? received : ReceiveLateAsync(received);
    }

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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> ReceiveLateAsync(ValueTask<int> receiving)
    {
        try
        {
            return await receiving.ConfigureAwait(false);
        }
        catch (IOException e) when (IsOfTls(e))
        {
            string why = e.InnerException!.InnerException?.Message ?? e.InnerException.Message;
            throw new NatsTlsException(
                why.Contains("alert", StringComparison.OrdinalIgnoreCase)
                    ? $"The server ended TLS with an alert ({why}). Does it accept this client's certificate, and is that still valid?"
                    : $"What was received is not what the other end of TLS can have sent: {why}",
                e);
        }
    }

    // SslStream reports its own trouble as an I/O error with a cause; what the transport below reports has that as its cause.
    private static bool IsOfTls(IOException e) =>
        e.InnerException is not (null or SocketException or IOException or ObjectDisposedException or OperationCanceledException or NatsException);
}
