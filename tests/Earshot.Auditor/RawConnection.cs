using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Earshot.Auditor;

/// <summary>
/// A bare socket to a nats-server with one subscription for answers. Several requests may be outstanding; each answer carries the token of
/// its request. For one caller at a time.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private const string Inbox = "_AUDIT";

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string _inbox = $"{Inbox}.{Guid.NewGuid():N}";
    private BufferedStream _input = null!;
    private BufferedStream _output = null!;

    private RawConnection()
    {
    }

    public static async Task<RawConnection> OpenAsync(int port, CancellationToken cancellationToken)
    {
        var connection = new RawConnection();
        try
        {
            await connection._socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            connection._input = new BufferedStream(new NetworkStream(connection._socket), 64 * 1024);
            connection._output = new BufferedStream(new NetworkStream(connection._socket), 64 * 1024);
            await connection.WriteAsync($"CONNECT {{\"verbose\":false,\"protocol\":1,\"headers\":true,\"no_responders\":true}}\r\nSUB {connection._inbox}.* 1\r\n", cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends one request; the answer has the same token.</summary>
    public Task RequestAsync(string subject, string token, string body, CancellationToken cancellationToken) =>
        WriteAsync(string.Create(CultureInfo.InvariantCulture, $"PUB {subject} {_inbox}.{token} {Encoding.UTF8.GetByteCount(body)}\r\n{body}\r\n"), cancellationToken);

    /// <summary>The next answer; null as payload: no server answers the subject.</summary>
    public async Task<(string Token, byte[]? Payload)> ReadAsync(CancellationToken cancellationToken)
    {
        await _output.FlushAsync(cancellationToken);
        while (true)
        {
            string line = await ReadLineAsync(cancellationToken);
            if (line == "PING")
            {
                await WriteAsync("PONG\r\n", cancellationToken);
                await _output.FlushAsync(cancellationToken);
            }
            else if (line.StartsWith("MSG ", StringComparison.Ordinal) || line.StartsWith("HMSG ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ');
                byte[] payload = new byte[int.Parse(words[^1], CultureInfo.InvariantCulture)];
                await _input.ReadExactlyAsync(payload, cancellationToken);
                await ReadLineAsync(cancellationToken);
                return (words[1][(_inbox.Length + 1)..], words[0] == "MSG" ? payload : null);
            }
        }
    }

    // What is not flushed was never asked for.
    public void Dispose() => _socket.Dispose();

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (true)
        {
            await _input.ReadExactlyAsync(one, cancellationToken);
            if (one[0] == (byte)'\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }
    }

    private Task WriteAsync(string text, CancellationToken cancellationToken) =>
        _output.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();
}
