using System.Diagnostics;
using System.Net.Sockets;

namespace Earshot.LoadTest;

/// <summary>
/// Requests on bare blocking sockets. With few sockets a batch, of which each gets its share with one send, and then all its replies; with
/// more than there may be requests, one each in turn: the reply of the oldest request, then the next request.
/// </summary>
internal sealed class RawRequests(Socket[] sockets, string subject, byte[] payload)
{
    private const int FirstReplyNumber = 100;

    private readonly byte[] _received = new byte[Math.Max(256 * 1024, payload.Length * 2)];

    private readonly int _replyLength = Wire.Frame($"MSG _INBOX.raw.{FirstReplyNumber} 1 {payload.Length}", payload).Length;

    public void Run(int outstanding, Progress progress)
    {
        Array.ForEach(sockets, static socket => Wire.SendAll(socket, Wire.Line("SUB _INBOX.raw.* 1")));
        if (sockets.Length > outstanding)
        {
            RunInTurn(outstanding, progress);
        }
        else
        {
            RunInBatches(outstanding, progress);
        }

        // The next loop on these connections subscribes again.
        Array.ForEach(sockets, static socket => Wire.SendAll(socket, Wire.Line("UNSUB 1")));
    }

    private void RunInBatches(int outstanding, Progress progress)
    {
        byte[][] requests = [.. sockets.Select((_, at) => Requests(Share(at, outstanding)))];
        while (!progress.IsStopped)
        {
            long started = Stopwatch.GetTimestamp();
            for (int at = 0; at < sockets.Length; at++)
            {
                Wire.SendAll(sockets[at], requests[at]);
            }

            for (int at = 0; at < sockets.Length; at++)
            {
                ReadReplies(sockets[at], Share(at, outstanding), _replyLength);
            }

            progress.Add(outstanding - 1);
            progress.AddSince(started);
        }
    }

    private void RunInTurn(int outstanding, Progress progress)
    {
        byte[] request = Requests(1);
        long sent = 0;
        for (; sent < outstanding; sent++)
        {
            Wire.SendAll(sockets[sent], request);
        }

        for (; !progress.IsStopped; sent++)
        {
            ReadReplies(sockets[(sent - outstanding) % sockets.Length], 1, _replyLength);
            progress.Add(1);
            Wire.SendAll(sockets[sent % sockets.Length], request);
        }

        for (long at = sent - outstanding; at < sent; at++)
        {
            ReadReplies(sockets[at % sockets.Length], 1, _replyLength);
        }
    }

    private int Share(int at, int outstanding) => (outstanding / sockets.Length) + (at < outstanding % sockets.Length ? 1 : 0);

    private byte[] Requests(int count) =>
        [.. Enumerable.Range(FirstReplyNumber, count).SelectMany(number => Wire.Frame($"PUB {subject} _INBOX.raw.{number} {payload.Length}", payload))];

    // A server may put its own PING between two replies; it is the only thing here that does not start with an M.
    private void ReadReplies(Socket socket, int count, int replyLength)
    {
        int available = 0;
        while (count > 0)
        {
            int wanted = available > 0 && _received[0] == (byte)'P' ? Wire.Ping.Length : replyLength;
            if (available < wanted)
            {
                available += Wire.Receive(socket, _received.AsSpan(available, Math.Min(_received.Length - available, Math.Max(1, count * replyLength))));
                continue;
            }

            if (_received[0] == (byte)'P')
            {
                Wire.SendAll(socket, Wire.Pong);
            }
            else
            {
                count--;
            }

            _received.AsSpan(wanted, available - wanted).CopyTo(_received);
            available -= wanted;
        }
    }
}
