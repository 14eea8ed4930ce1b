using System.Globalization;
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
    private const string HeaderValue = "4bf92f3577b34da6";

    public static readonly byte[] Ping = "PING\r\n"u8.ToArray();

    public static readonly byte[] Pong = "PONG\r\n"u8.ToArray();

    public static byte[] Line(string text) => Encoding.ASCII.GetBytes(text + "\r\n");

    public static byte[] Frame(string line, byte[] payload) => [.. Line(line), .. payload, .. "\r\n"u8];

    /// <summary>A message for the subscription with this id, with a payload of this size and this number of headers.</summary>
    public static byte[] Message(string subject, string sid, int size, int headers = 0)
    {
        byte[] payload = new byte[size];
        payload.AsSpan().Fill((byte)'x');
        if (headers == 0)
        {
            return Frame($"MSG {subject} {sid} {size}", payload);
        }

        byte[] block = HeaderBlock(headers);
        return Frame($"HMSG {subject} {sid} {block.Length} {block.Length + size}", [.. block, .. payload]);
    }

    /// <summary>A header block with the names <see cref="HeaderName"/> from 0 on, all with values of the same length.</summary>
    public static byte[] HeaderBlock(int headers) =>
        Line($"NATS/1.0\r\n{string.Concat(Enumerable.Range(0, headers).Select(static i => $"{HeaderName(i)}: {HeaderValue}\r\n"))}");

    public static string HeaderName(int number) => string.Create(CultureInfo.InvariantCulture, $"Trace-{number}");

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

    /// <summary>Listens for very many clients and reports the port to the parent process.</summary>
    public static Socket ListenForMany(out byte[] info)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1024);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        info = Info(port);
        Console.WriteLine(port);
        return listener;
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
