using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Repository.Tests.TestKit;

/// <summary>A plain TCP connection that reads lines and bytes: the witness for what the test kit does to connections.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly StringBuilder _unread = new();

    private RawConnection(Socket socket) => _socket = socket;

    internal static async Task<RawConnection> OpenAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return new RawConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects to a NATS server, and completes when it has answered a first PING.</summary>
    internal static async Task<RawConnection> OpenNatsAsync(int port, CancellationToken cancellationToken)
    {
        RawConnection connection = await OpenAsync(port, cancellationToken);
        await connection.ReadLineAsync(cancellationToken);
        await connection.SendAsync("CONNECT {\"verbose\":false,\"protocol\":1}\r\n", cancellationToken);
        await connection.PingAsync(cancellationToken);
        return connection;
    }

    internal async Task PingAsync(CancellationToken cancellationToken)
    {
        await SendAsync("PING\r\n", cancellationToken);
        string? line;
        do
        {
            line = await ReadLineAsync(cancellationToken);
        }
        while (line is not null and not "PONG");
        if (line is null)
        {
            throw new EndOfStreamException("The server ended the connection instead of answering a PING.");
        }
    }

    internal async Task SendAsync(string text, CancellationToken cancellationToken) =>
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), SocketFlags.None, cancellationToken);

    /// <summary>The next line without its end; null at the end of the stream.</summary>
    internal async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            string text = _unread.ToString();
            int end = text.IndexOf("\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                _unread.Remove(0, end + 2);
                return text[..end];
            }

            string read = await ReadAsync(cancellationToken);
            if (read.Length == 0)
            {
                return null;
            }

            _unread.Append(read);
        }
    }

    /// <summary>What one receive brings; empty at the end of the stream.</summary>
    internal async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[64 * 1024];
        int read = await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    /// <summary>Everything up to the end of the stream.</summary>
    internal async Task<string> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var all = new StringBuilder();
        for (string read = await ReadAsync(cancellationToken); read.Length > 0; read = await ReadAsync(cancellationToken))
        {
            all.Append(read);
        }

        return all.ToString();
    }

    internal void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _socket.Dispose();
}
