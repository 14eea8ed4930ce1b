using System.Net.Sockets;
using System.Text;

namespace Earshot.LoadTest.Opponents;

/// <summary>
/// A server that sends a number of messages to all subscriptions in turn, at least one to each, whenever the client publishes to
/// <see cref="GoSubject"/>, with as few sends as possible.
/// </summary>
internal static class Spreader
{
    public const string GoSubject = "spread.go";

    private const int PayloadSize = 16;
    private const int SendSize = 256 * 1024; // one message for each send would measure the sends

    public static void Run(Socket socket, int count)
    {
        var messages = new MemoryStream();
        int subscriptions = 0;
        using var lines = new StreamReader(new NetworkStream(socket), Encoding.ASCII, detectEncodingFromByteOrderMarks: false, bufferSize: 256 * 1024);
        while (lines.ReadLine() is { } line)
        {
            if (line == "PING")
            {
                Wire.SendAll(socket, Wire.Pong);
            }
            else if (line.StartsWith("SUB ", StringComparison.Ordinal))
            {
                string[] fields = line.Split(' ');
                subscriptions++;
                messages.Write(Wire.Message(fields[1], fields[^1], PayloadSize));
            }
            else if (line.StartsWith("PUB " + GoSubject, StringComparison.Ordinal))
            {
                SendRounds(socket, messages.GetBuffer().AsSpan(0, (int)messages.Length), Math.Max(1, count / subscriptions));
            }
        }
    }

    private static void SendRounds(Socket socket, ReadOnlySpan<byte> round, int rounds)
    {
        int together = Math.Clamp(SendSize / round.Length, 1, rounds);
        byte[] block = new byte[together * round.Length];
        for (int i = 0; i < together; i++)
        {
            round.CopyTo(block.AsSpan(i * round.Length));
        }

        for (int left = rounds; left > 0; left -= together)
        {
            Wire.SendAll(socket, block.AsSpan(0, Math.Min(left, together) * round.Length));
        }
    }
}
