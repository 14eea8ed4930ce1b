using System.Net;
using System.Text;
using Earshot.Protocol;

namespace Earshot.Transport;

/// <summary>
/// Checks the first byte that the server sends below TLS: a server that throttles connections answers with -ERR in clear text where its
/// hello is expected, which TLS would report as a wrong version. Later bytes are passed through.
/// </summary>
internal sealed class ServerHelloGuard(ITransport below) : ITransport
{
    private const int LongestLine = 4096;
    private bool _isOpen;

    public EndPoint? RemoteEndPoint => below.RemoteEndPoint;

    public TransportProgress? Progress => below.Progress;

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) =>
        _isOpen || buffer.IsEmpty ? below.ReceiveAsync(buffer) : ReceiveFirstAsync(buffer);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => below.SendAsync(bytes);

    public void Abort() => below.Abort();

    public void Dispose() => below.Dispose();

    /// <summary>The error of a line in clear text, null when the bytes are something else.</summary>
    public static NatsServerException? ErrorIn(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith("-ERR"u8))
        {
            return null;
        }

        int end = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> text = (end < 0 ? bytes : bytes[..end])[4..].Trim(" \t\r'"u8);
        return new NatsServerException(ServerErrorReader.Parse(Encoding.UTF8.GetString(text)));
    }

    private async ValueTask<int> ReceiveFirstAsync(Memory<byte> buffer)
    {
        int received = await below.ReceiveAsync(buffer).ConfigureAwait(false);
        _isOpen = true;
        if (received == 0 || buffer.Span[0] != (byte)'-')
        {
            return received;
        }

        var line = new List<byte>(LongestLine);
        byte[] more = new byte[LongestLine];
        line.AddRange(buffer.Span[..received]);
        while (!line.Contains((byte)'\n') && line.Count < LongestLine)
        {
            received = await below.ReceiveAsync(more).ConfigureAwait(false);
            if (received == 0)
            {
                break;
            }

            line.AddRange(more.AsSpan(0, received));
        }

        throw ErrorIn([.. line]) ?? (Exception)new NatsTlsException("The server responded to the TLS handshake in plain text.");
    }
}
