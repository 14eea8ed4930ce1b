using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Earshot.Chaos.Faults;

/// <summary>Another client of the same server, on a raw socket: it sends what no library would, and the server passes on (rows P45 and P50 to P63 of the catalogue).</summary>
internal sealed class HostilePeer(int port)
{
    private const int BatchesPerSecond = 100;

    /// <summary>Header blocks with a payload of one byte; the server checks lengths and nothing else.</summary>
    private static readonly string[] s_headers =
    [
        "NATS", "BOGUS/9.9\r\n\r\n", "NATS/1.1\r\n\r\n", "NATS/2.0\r\n\r\n", "NATS/1.0\r\nK v\r\n\r\n", "NATS/1.0\r\n: v\r\n\r\n", "NATS/1.0\r\nK : v\r\n\r\n",
        "NATS/1.0\r\nK: v\r\n", "NATS/1.0\r\nK: a\nX-Evil: 1\r\n\r\n", "NATS/1.0\r\nK: a\rb\r\n\r\n", "NATS/1.0 503\r\n\r\n", "NATS/1.0 503 x\r\n\r\n", "NATS/1.0503 x\r\n\r\n",
        "NATS/1.0 9999999999\r\n\r\n", "NATS/1.0 100\r\n\r\n", "NATS/1.0 404\r\n\r\n", "NATS/1.0 408\r\n\r\n", "NATS/1.0 409\r\n\r\n", "NATS/1.0\r\nK: \xff\xfe\xc3\x28\r\n\r\n",
        "NATS/1.0\r\nKey: a\r\nKEY: b\r\nkey: c\r\n\r\n", "\r\n\r\n", "\0\0\0\0\0\0\0\0\0\0\0\0",
    ];

    /// <summary>The number of different messages.</summary>
    public static int Variants => s_headers.Length + 2;

    public long Sent { get; private set; }

    /// <summary>What the server complained about; it closes the connection then.</summary>
    public string? Complaint { get; private set; }

    /// <param name="subject">Subject of the messages.</param>
    /// <param name="perSecond">Messages per second.</param>
    /// <param name="isHostile">Otherwise the same number of messages without a fault, to compare.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(string subject, int perSecond, bool isHostile, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await socket.SendAsync("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"name\":\"hostile\"}\r\nPING\r\n"u8.ToArray(), cancellationToken);
        Task reading = ReadAsync(socket);
        byte[][] messages = isHostile ? Hostile(subject) : [Message(subject, "NATS/1.0\r\nK: v\r\n\r\n")];
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / BatchesPerSecond), TimeProvider.System);
        var batch = new List<byte>();
        try
        {
            while (await ticks.WaitForNextTickAsync(cancellationToken))
            {
                batch.Clear();
                for (int i = 0; i < perSecond / BatchesPerSecond; i++)
                {
                    batch.AddRange(messages[(int)(Sent++ % messages.Length)]);
                }

                await socket.SendAsync(batch.ToArray(), CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            socket.Shutdown(SocketShutdown.Send); // the server reads what was sent, and closes
        }
        catch (SocketException)
        {
            // Closed by the server, whose complaint is kept.
        }

        await reading.WaitAsync(Moments.Limit, CancellationToken.None);
    }

    // A thousand kinds of which all but two are small: a message with too many headers, and one whose subject has control characters.
    private static byte[][] Hostile(string subject)
    {
        byte[][] small = [.. s_headers.Select(header => Message(subject, header)), Message(subject + ".\x01\x02\x1b[31m", "NATS/1.0\r\nK: v\r\n\r\n")];
        string lines = string.Concat(Enumerable.Range(0, 2000).Select(i => string.Create(CultureInfo.InvariantCulture, $"K{i}: v\r\n")));
        return [.. Enumerable.Range(0, 1000).Select(i => small[i % small.Length]), Message(subject, $"NATS/1.0\r\n{lines}\r\n")];
    }

    private static byte[] Message(string subject, string header) =>
        Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HPUB {subject} {header.Length} {header.Length + 1}\r\n{header}x\r\n"));

    private async Task ReadAsync(Socket socket)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) is var count and > 0)
            {
                string text = Encoding.Latin1.GetString(buffer, 0, count);
                if (text.Contains("-ERR", StringComparison.Ordinal))
                {
                    Complaint = text.Trim();
                }
                else if (text.Contains("PING", StringComparison.Ordinal))
                {
                    await socket.SendAsync("PONG\r\n"u8.ToArray());
                }
            }
        }
        catch (SocketException)
        {
            // The end of the run.
        }
    }
}
