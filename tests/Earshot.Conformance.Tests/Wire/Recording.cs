using System.Text;
using Earshot.Testing;

namespace Earshot.Conformance.Tests.Wire;

/// <summary>Everything that goes over the wire between one client and the server, byte for byte, through a proxy between them.</summary>
internal sealed class Recording : IAsyncDisposable
{
    private readonly FaultProxy _proxy;
    private readonly MemoryStream _sent = new();
    private readonly MemoryStream _received = new();

    public Recording(int serverPort)
    {
        _proxy = new FaultProxy(serverPort);
        _proxy.ToServer.BeforeForward = (bytes, _) => Write(_sent, bytes);
        _proxy.ToClient.BeforeForward = (bytes, _) => Write(_received, bytes);
    }

    /// <summary>The proxy, to break the connection.</summary>
    public FaultProxy Proxy => _proxy;

    public string Url => _proxy.Url;

    public string Address => $"127.0.0.1:{_proxy.Port}";

    /// <summary>What the client has sent.</summary>
    public string Sent => Encoding.UTF8.GetString(Bytes(_sent));

    /// <summary>What the server has sent.</summary>
    public byte[] Received => Bytes(_received);

    /// <summary>What the client sent behind its handshake, without the PINGs.</summary>
    public string SentAfterHandshake
    {
        get
        {
            string sent = Sent;
            int end = sent.IndexOf("PING\r\n", StringComparison.Ordinal);
            return end < 0 ? "" : sent[(end + 6)..].Replace("PING\r\n", "", StringComparison.Ordinal).Replace("PONG\r\n", "", StringComparison.Ordinal);
        }
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    private static ValueTask Write(MemoryStream stream, ReadOnlyMemory<byte> bytes)
    {
        lock (stream)
        {
            stream.Write(bytes.Span);
        }

        return default;
    }

    private static byte[] Bytes(MemoryStream stream)
    {
        lock (stream)
        {
            return stream.ToArray();
        }
    }
}
