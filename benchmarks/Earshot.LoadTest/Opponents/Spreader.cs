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
                for (int sent = 0; sent == 0 || sent + subscriptions <= count; sent += subscriptions)
                {
                    Wire.SendAll(socket, messages.GetBuffer().AsSpan(0, (int)messages.Length));
                }
            }
        }
    }
}
