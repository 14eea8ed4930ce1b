using System.Net.Sockets;
using System.Text;

namespace Earshot.LoadTest.Opponents;

/// <summary>
/// A server that answers a subscription with messages as fast as the socket takes them. One thread reads what the client
/// says; the other sends.
/// </summary>
internal static class Source
{
    private const int BlockSize = 64 * 1024;

    public static void Run(Socket socket, int size, int headers)
    {
        int pings = 0;
        var subscribed = new TaskCompletionSource<(string Subject, string Sid)>();
        var reading = new Thread(() => Read(socket, () => Interlocked.Increment(ref pings), subscribed)) { IsBackground = true };
        reading.Start();

        byte[]? block = null;
        int answered = 0;
        while (true)
        {
            for (int asked = Volatile.Read(ref pings); answered < asked; answered++)
            {
                Wire.SendAll(socket, Wire.Pong);
            }

            if (block is not null)
            {
                Wire.SendAll(socket, block);
            }
            else if (subscribed.Task.Wait(TimeSpan.FromMilliseconds(1)))
            {
                (string subject, string sid) = subscribed.Task.Result;
                block = Wire.Repeat(Wire.Message(subject, sid, size, headers), BlockSize, out _);
            }
        }

        void Read(Socket from, Action ping, TaskCompletionSource<(string Subject, string Sid)> subscription)
        {
            using var lines = new StreamReader(new NetworkStream(from), Encoding.ASCII);
            try
            {
                while (lines.ReadLine() is { } line)
                {
                    if (line == "PING")
                    {
                        ping();
                    }
                    else if (line.StartsWith("SUB load.", StringComparison.Ordinal))
                    {
                        string[] fields = line.Split(' ');
                        subscription.TrySetResult((fields[1], fields[^1]));
                    }
                }
            }
            catch (IOException)
            {
                // The client has disconnected; the sending thread detects it, too.
            }
        }
    }
}
