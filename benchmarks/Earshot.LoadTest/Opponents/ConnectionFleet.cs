using System.Net.Sockets;
using System.Text;

namespace Earshot.LoadTest.Opponents;

/// <summary>
/// A server for very many idle clients: answers PING, drops the rest, and cuts the connection of any client that publishes to
/// <see cref="CutSubject"/>. It holds one small buffer per client.
/// </summary>
internal static class ConnectionFleet
{
    public const string CutSubject = "cut.me";

    private static readonly byte[] s_cutFrame = Encoding.ASCII.GetBytes($"PUB {CutSubject} 0\r\n");

    public static void Run()
    {
        using Socket listener = Wire.ListenForMany(out byte[]? info);
        while (true)
        {
            Socket client = listener.Accept();
            client.NoDelay = true;
            Wire.SendAll(client, info);
            _ = ServeAsync(client);
        }
    }

    /// <summary>
    /// Accepts clients with as few calls as possible and ignores them afterwards: for tests that end before a client
    /// needs its first PONG. Blocking threads, because they need only those calls.
    /// </summary>
    public static void LetIn()
    {
        using Socket listener = Wire.ListenForMany(out byte[]? info);
        Thread[] threads = [.. Enumerable.Range(0, 32).Select(_ => new Thread(() => LetIn(listener, info)))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
    }

    private static void LetIn(Socket listener, byte[] info)
    {
        var inside = new List<Socket>();
        byte[] buffer = new byte[4096];
        while (true)
        {
            Socket client = listener.Accept();
            client.NoDelay = true;
            Wire.SendAll(client, info);
            Wire.ReadPast(client, Wire.Ping, buffer);
            Wire.SendAll(client, Wire.Pong);
            inside.Add(client);
        }
    }

    private static async Task ServeAsync(Socket client)
    {
        // The last bytes of the previous chunk precede the new one, for a word that was split.
        byte[] buffer = new byte[4096];
        int carried = 0;
        try
        {
            while (await client.ReceiveAsync(buffer.AsMemory(carried)) is var received and > 0)
            {
                int filled = carried + received;
                if (buffer.AsSpan(0, filled).IndexOf(s_cutFrame) >= 0)
                {
                    client.Close();
                    return;
                }

                carried = AnswerPings(client, buffer, filled);
            }

            client.Close();
        }
        catch (SocketException)
        {
            client.Close();
        }
    }

    private static int AnswerPings(Socket client, byte[] buffer, int filled)
    {
        Span<byte> rest = buffer.AsSpan(0, filled);
        for (int at; (at = rest.IndexOf(Wire.Ping)) >= 0; rest = rest[(at + Wire.Ping.Length)..])
        {
            Wire.SendAll(client, Wire.Pong);
        }

        int kept = Math.Min(rest.Length, s_cutFrame.Length - 1);
        rest[^kept..].CopyTo(buffer);
        return kept;
    }
}
