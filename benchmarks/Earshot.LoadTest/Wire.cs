using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Earshot.LoadTest;

/// <summary>
/// The few bytes of the protocol that raw sockets and opponents need. On purpose not the library's own code: what is
/// measured must not be its own yardstick.
/// </summary>
internal static class Wire
{
    public static readonly byte[] Ping = "PING\r\n"u8.ToArray();

    public static readonly byte[] Pong = "PONG\r\n"u8.ToArray();

    public static byte[] Line(string text) => Encoding.ASCII.GetBytes(text + "\r\n");

    public static byte[] Frame(string line, byte[] payload) => [.. Line(line), .. payload, .. "\r\n"u8];

    /// <summary>As many whole frames as fill the block, but at least one.</summary>
    public static byte[] Repeat(byte[] frame, int blockSize, out int frames)
    {
        frames = Math.Max(1, blockSize / frame.Length);
        return [.. Enumerable.Repeat(frame, frames).SelectMany(static bytes => bytes)];
    }

    /// <summary>Connects as a client and returns when the server has answered the first PING.</summary>
    public static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        byte[] buffer = new byte[64 * 1024];
        ReadPast(socket, "\r\n"u8, buffer);
        SendAll(socket, [.. Line("""CONNECT {"verbose":false,"pedantic":false,"lang":"raw","version":"1","protocol":1,"headers":true,"no_responders":true}"""), .. Ping]);
        ReadPast(socket, Pong, buffer);
        return socket;
    }

    /// <summary>Listens for one client, reports the port to the parent process, and sends INFO.</summary>
    public static Socket AcceptOne()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Console.WriteLine(port);
        Socket socket = listener.Accept();
        socket.NoDelay = true;
        SendAll(socket, Info(port));
        return socket;
    }

    public static byte[] Info(int port) => Line($$"""INFO {"server_id":"LOADTEST","server_name":"load-test","version":"2.12.0","proto":1,"go":"","host":"127.0.0.1","port":{{port}},"headers":true,"max_payload":8388608,"client_id":1}""");

    public static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    public static int Receive(Socket socket, Span<byte> buffer)
    {
        int count = socket.Receive(buffer);
        return count > 0 ? count : throw new EndOfStreamException("The other side has closed the connection.");
    }

    /// <summary>
    /// Reads until the marker has come and returns how many bytes came behind it. Whatever came before it is dropped.
    /// </summary>
    public static int ReadPast(Socket socket, ReadOnlySpan<byte> marker, byte[] buffer)
    {
        int filled = 0;
        while (true)
        {
            filled += Receive(socket, buffer.AsSpan(filled));
            int at = buffer.AsSpan(0, filled).IndexOf(marker);
            if (at >= 0)
            {
                return filled - at - marker.Length;
            }

            // The marker may have been cut: keep as much as could be its start.
            int kept = Math.Min(filled, marker.Length - 1);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
            filled = kept;
        }
    }
}
