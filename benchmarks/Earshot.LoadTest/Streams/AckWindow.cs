using System.Net.Sockets;

namespace Earshot.LoadTest.Streams;

/// <summary>Publishes one frame over and over on a bare socket, with a limited number of messages without an acknowledgement: for each acknowledgement it sends one more.</summary>
internal sealed class AckWindow(Socket socket, ReplyReader replies, byte[] frame, int window)
{
    private readonly byte[] _frames = Wire.Repeat(frame, frame.Length * window, out _);

    /// <summary>Publishes the given number of messages, and waits for the last acknowledgement.</summary>
    public void Run(int messages)
    {
        int sent = 0, acked = 0;
        while (acked < messages)
        {
            int more = Math.Min(window - (sent - acked), messages - sent);
            Send(more);
            sent += more;
            acked += replies.Read(1, Check);
        }
    }

    /// <summary>Publishes until it is stopped, and waits for the last acknowledgement.</summary>
    public void Run(Progress progress, Action<int> acknowledged)
    {
        int outstanding = 0;
        while (!progress.IsStopped || outstanding > 0)
        {
            if (!progress.IsStopped)
            {
                Send(window - outstanding);
                outstanding = window;
            }

            int count = replies.Read(1, Check);
            outstanding -= count;
            acknowledged(count);
        }
    }

    private void Send(int count) => Wire.SendAll(socket, _frames.AsSpan(0, count * frame.Length));

    private static void Check(ReadOnlySpan<byte> line, ReadOnlySpan<byte> payload)
    {
        if (payload.IndexOf("\"seq\""u8) < 0)
        {
            throw new InvalidOperationException($"A publish was not stored: {System.Text.Encoding.UTF8.GetString(payload)}");
        }
    }
}
