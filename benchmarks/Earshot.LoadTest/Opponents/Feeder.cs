using System.Buffers.Binary;
using System.Net.Sockets;

namespace Earshot.LoadTest.Opponents;

/// <summary>
/// Publishes through a real server, staying ahead of the subscriber by a bounded number of messages: enough that it never
/// waits, little enough that the server does not call it a slow consumer.
/// </summary>
internal static class Feeder
{
    private const int BlockSize = 64 * 1024;
    private const int BytesAhead = 16 * 1024 * 1024;
    private const int MessagesAhead = 256 * 1024;

    public static void Run(int port, int size, Stream reports)
    {
        using Socket socket = Wire.Connect(port);
        var turn = new Lock(); // a PONG in the middle of a block would be an error of the protocol
        new Thread(() => AnswerPings(socket, turn)) { IsBackground = true }.Start();
        byte[] payload = new byte[size];
        payload.AsSpan().Fill((byte)'x');
        byte[] block = Wire.Repeat(Wire.Frame($"PUB load.test {size}", payload), BlockSize, out int frames);
        int ahead = Math.Min(MessagesAhead, BytesAhead / size);
        Console.WriteLine(port);

        long sent = 0;
        byte[] report = new byte[sizeof(long)];
        while (reports.ReadAtLeast(report, report.Length, throwOnEndOfStream: false) == report.Length)
        {
            long handled = BinaryPrimitives.ReadInt64LittleEndian(report);
            for (; sent - handled < ahead; sent += frames)
            {
                lock (turn)
                {
                    Wire.SendAll(socket, block);
                }
            }
        }
    }

    private static void AnswerPings(Socket socket, Lock turn)
    {
        try
        {
            Sink.Run(socket, turn);
        }
        catch (Exception closed) when (closed is EndOfStreamException or SocketException)
        {
            // The run is over.
        }
    }
}
