using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Earshot.Transport;

/// <summary>Bytes inside TLS. Owns the encrypted stream and the transport below; does not negotiate.</summary>
internal sealed class TlsTransport(SslStream stream, ITransport below) : ITransport
{
    private const string EndedAtOnce = "The server closed the connection immediately after the TLS handshake. "
        + "Check that the client certificate is accepted by the server and has not expired.";

    private int _closed;
    private bool _hasReceived;

    public EndPoint? RemoteEndPoint => below.RemoteEndPoint;

    public TransportProgress? Progress => below.Progress;

    // With an empty buffer SslStream itself waits with an empty read below and returns when a record has been decrypted.
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        ValueTask<int> received = stream.ReadAsync(buffer);
        return _hasReceived && received.IsCompletedSuccessfully ? received : ReceiveLateAsync(received, isProbe: buffer.IsEmpty);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? default : stream.WriteAsync(bytes);

    // Only what is below: SslStream may be running on another thread, and its pending operations fail with the transport's.
    public void Abort() => below.Abort();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        below.Dispose();
        stream.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveLateAsync(ValueTask<int> receiving, bool isProbe)
    {
        try
        {
            int received = await receiving.ConfigureAwait(false);
            if (received == 0 && !isProbe && !_hasReceived)
            {
                throw new NatsTlsException(EndedAtOnce);
            }

            _hasReceived |= received > 0;
            return received;
        }
        catch (IOException e) when (IsOfTls(e))
        {
            string why = e.InnerException!.InnerException?.Message ?? e.InnerException.Message;
            throw new NatsTlsException(
                why.Contains("alert", StringComparison.OrdinalIgnoreCase)
                    ? $"The server ended TLS with an alert ({why}). Check that the client certificate is accepted by the server and has not expired."
                    : $"The TLS data received is corrupt: {why}",
                e);
        }
        catch (IOException e) when (!_hasReceived && e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            throw new NatsTlsException(EndedAtOnce, e); // the reset has overtaken the alert
        }
    }

    // SslStream reports its own trouble as an I/O error with a cause; what the transport below reports has that as its cause.
    private static bool IsOfTls(IOException e) =>
        e.InnerException is not (null or SocketException or IOException or ObjectDisposedException or OperationCanceledException or NatsException);
}
