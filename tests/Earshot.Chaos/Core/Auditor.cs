using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Earshot.Chaos.Core;

/// <summary>
/// Receives everything on one server over a raw socket, without the client and without a proxy, and notes which messages came when. It
/// connects again by itself; what it misses meanwhile, another server's auditor has.
/// </summary>
internal sealed class Auditor(int number, IPEndPoint server, IReadOnlyList<Ledger> ledgers, RunClock clock)
{
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(50);

    /// <summary>The first bytes of each published subject; its last token is the number of the publisher.</summary>
    public const string Prefix = "chaos.core.";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ReceiveAsync(cancellationToken);
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                // The server has ended, or the run is over: the loop decides.
            }

            await Task.Delay(s_again, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 1 << 20 };
        await socket.ConnectAsync(server, cancellationToken);
        await using var stream = new NetworkStream(socket);
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 128 * 1024));
        byte[] hello = System.Text.Encoding.ASCII.GetBytes($"CONNECT {{\"verbose\":false,\"name\":\"auditor {number}\"}}\r\nSUB {Prefix}* 1\r\nPING\r\n");
        await stream.WriteAsync(hello, cancellationToken);
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> rest = result.Buffer;
            int now = clock.Millisecond;
            while (TryTake(ref rest, now, out bool isPing))
            {
                if (isPing)
                {
                    await stream.WriteAsync("PONG\r\n"u8.ToArray(), cancellationToken);
                }
            }

            reader.AdvanceTo(rest.Start, rest.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    // MSG chaos.core.<publisher> 1 <size>\r\n<number>\r\n
    private bool TryTake(ref ReadOnlySequence<byte> rest, int now, out bool isPing)
    {
        isPing = false;
        var reader = new SequenceReader<byte>(rest);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
        {
            return false;
        }

        Span<byte> head = stackalloc byte[256];
        int length = (int)Math.Min(line.Length, head.Length);
        line.Slice(0, length).CopyTo(head);
        head = head[..length];
        if (!head.StartsWith("MSG "u8))
        {
            isPing = head.StartsWith("PING"u8);
            rest = rest.Slice(reader.Position);
            return true;
        }

        int size = ReadNumber(head[(head.LastIndexOf((byte)' ') + 1)..]);
        if (reader.Remaining < size + 2)
        {
            return false;
        }

        Span<byte> payload = stackalloc byte[32];
        reader.TryCopyTo(payload[..Math.Min(size, payload.Length)]);
        reader.Advance(size + 2);
        if (Utf8Parser.TryParse(payload[..Math.Min(size, payload.Length)], out long message, out _))
        {
            int publisher = ReadNumber(head[("MSG ".Length + Prefix.Length)..]);
            ledgers[publisher].Seen(number, message, now);
        }

        rest = rest.Slice(reader.Position);
        return true;
    }

    private static int ReadNumber(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out int value, out _) ? value : -1;
}
