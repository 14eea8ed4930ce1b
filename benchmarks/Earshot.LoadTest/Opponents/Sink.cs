using System.Net.Sockets;

namespace Earshot.LoadTest.Opponents;

/// <summary>
/// A server that drops everything and answers PING, looking for nothing else. It relies on subjects and payloads that do
/// not contain the word.
/// </summary>
internal static class Sink
{
    /// <param name="socket">Where it reads.</param>
    /// <param name="turn">Held while it writes: for a socket to which another thread writes as well.</param>
    public static void Run(Socket socket, Lock? turn = null)
    {
        turn ??= new Lock();
        // The last bytes of the previous chunk precede the new one, for a PING that was split.
        int carried = Wire.Ping.Length - 1;
        byte[] buffer = new byte[256 * 1024];
        while (true)
        {
            int received = Wire.Receive(socket, buffer.AsSpan(carried));
            Span<byte> chunk = buffer.AsSpan(0, carried + received);
            for (int at; (at = chunk.IndexOf(Wire.Ping)) >= 0; chunk = chunk[(at + Wire.Ping.Length)..])
            {
                lock (turn)
                {
                    Wire.SendAll(socket, Wire.Pong);
                }
            }

            buffer.AsSpan(received, carried).CopyTo(buffer);
        }
    }
}
