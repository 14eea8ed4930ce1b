using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Earshot.Client.Tests.Allocations;

/// <summary>
/// The server's side of one connection over loopback: answers PING, sends published messages to the client's own subscriptions and
/// discards the rest. It runs on a thread of its own and allocates nothing per message, so that what is measured is the client's.
/// </summary>
internal sealed class LoopbackPeer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<(byte[] Subject, byte[] Sid)> _subscriptions = [];
    private readonly byte[] _out = new byte[64 * 1024];
    private readonly Thread _thread;
    private Socket? _socket;
    private int _outLength;

    public LoopbackPeer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        _thread = new Thread(Serve) { IsBackground = true, Name = nameof(LoopbackPeer) };
        _thread.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Sends bytes from the caller's thread; only while the client publishes nothing.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[_socket!.Send(bytes)..];
    }

    public void Dispose()
    {
        _listener.Dispose();
        _socket?.Dispose();
        _thread.Join();
    }

    private void Serve()
    {
        try
        {
            _socket = _listener.Accept();
            _socket.NoDelay = true;
            string info = string.Create(CultureInfo.InvariantCulture, $$"""INFO {"server_id":"N","version":"2.12.0","proto":1,"host":"127.0.0.1","port":{{Port}},"headers":true,"max_payload":1048576}""");
            Send(Encoding.ASCII.GetBytes(info + "\r\n"));
            ServeClient();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void ServeClient()
    {
        byte[] buffer = new byte[256 * 1024];
        int filled = 0;
        while (_socket!.Receive(buffer.AsSpan(filled)) is var received and > 0)
        {
            filled += received;
            int used = 0;
            while (TakeOperation(buffer.AsSpan(used, filled - used)) is var taken and > 0)
                used += taken;
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            filled -= used;
            Send(_out.AsSpan(0, _outLength));
            _outLength = 0;
        }
    }

    // The length of the first operation; 0 while it is not whole.
    private int TakeOperation(ReadOnlySpan<byte> unread)
    {
        int end = unread.IndexOf("\r\n"u8);
        if (end < 0)
            return 0;
        ReadOnlySpan<byte> line = unread[..end];
        int length = end + 2;
        if (line.StartsWith("PING"u8))
            Write("PONG\r\n"u8);
        else if (line.StartsWith("SUB "u8))
            _subscriptions.Add((line[4..line.LastIndexOf((byte)' ')].ToArray(), line[(line.LastIndexOf((byte)' ') + 1)..].ToArray()));
        else if (line.StartsWith("PUB "u8) || line.StartsWith("HPUB "u8))
            return TakePublish(unread, line, length);
        return length;
    }

    private int TakePublish(ReadOnlySpan<byte> unread, ReadOnlySpan<byte> line, int length)
    {
        if (!Utf8Parser.TryParse(line[(line.LastIndexOf((byte)' ') + 1)..], out int size, out _) || unread.Length < length + size + 2)
            return 0;
        ReadOnlySpan<byte> rest = line[(line.IndexOf((byte)' ') + 1)..];
        ReadOnlySpan<byte> subject = rest[..rest.IndexOf((byte)' ')];
        foreach ((byte[] wanted, byte[] sid) in _subscriptions)
        {
            // A pattern here is always "prefix.*".
            bool matches = wanted[^1] == (byte)'*' ? subject.StartsWith(wanted.AsSpan(..^1)) : subject.SequenceEqual(wanted);
            if (!matches)
                continue;
            Write("MSG "u8);
            Write(subject);
            Write(" "u8);
            Write(sid);
            Write(rest[subject.Length..]);
            Write("\r\n"u8);
            Write(unread.Slice(length, size + 2));
        }

        return length + size + 2;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_out.AsSpan(_outLength));
        _outLength += bytes.Length;
    }
}
