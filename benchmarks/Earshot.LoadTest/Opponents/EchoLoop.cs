using System.Buffers;
using System.Buffers.Text;
using System.Net.Sockets;

namespace Earshot.LoadTest.Opponents;

/// <summary>
/// Answers every request with its own payload, all of one received chunk with one send. It works on either side: as a server
/// that receives PUB, or as a client of a real server that receives MSG.
/// </summary>
/// <remarks>As a server it answers on the newest subscription with a wildcard, or else on the newest: the client's inbox.</remarks>
internal sealed class EchoLoop(Socket socket, EchoLoop.Side side, int bufferSize = 1024 * 1024)
{
    private readonly ArrayBufferWriter<byte> _output = new(bufferSize / 4);
    private byte[] _input = new byte[bufferSize];
    private int _filled;
    private byte[] _sid = "1"u8.ToArray();
    private bool _sidIsWildcard;

    internal enum Side
    {
        Server,
        Client,
    }

    public void Run()
    {
        while (true)
        {
            Answer(Wire.Receive(socket, _input.AsSpan(_filled)));
        }
    }

    /// <summary>Answers what can be read now; false: the client has disconnected.</summary>
    public bool TryStep()
    {
        try
        {
            Answer(Wire.Receive(socket, _input.AsSpan(_filled)));
            return true;
        }
        catch (Exception closed) when (closed is EndOfStreamException or SocketException)
        {
            socket.Close();
            return false;
        }
    }

    /// <summary>The same without a thread of its own, for very many clients.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await socket.ReceiveAsync(_input.AsMemory(_filled)) is var received and > 0)
            {
                Answer(received);
            }
        }
        catch (SocketException)
        {
            // The client has disconnected.
        }

        socket.Close();
    }

    private void Answer(int received)
    {
        _filled += received;
        int used = Handle(_input.AsSpan(0, _filled));
        _input.AsSpan(used, _filled - used).CopyTo(_input);
        _filled -= used;
        if (_filled == _input.Length)
        {
            Array.Resize(ref _input, 2 * _input.Length); // for an operation that does not fit
        }

        if (_output.WrittenCount > 0)
        {
            Wire.SendAll(socket, _output.WrittenSpan);
            _output.ResetWrittenCount();
        }
    }

    // Returns how many bytes made whole operations.
    private int Handle(ReadOnlySpan<byte> input)
    {
        int used = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = input[used..];
            int lineEnd = rest.IndexOf("\r\n"u8);
            if (lineEnd < 0)
            {
                return used;
            }

            ReadOnlySpan<byte> line = rest[..lineEnd];
            int length = lineEnd + 2;
            if (line.StartsWith("PUB "u8) || line.StartsWith("MSG "u8) || line.StartsWith("HPUB "u8) || line.StartsWith("HMSG "u8))
            {
                int total = Number(LastField(line));
                if (rest.Length < length + total + 2)
                {
                    return used;
                }

                Reply(line, rest.Slice(length, total));
                length += total + 2;
            }
            else if (line.SequenceEqual("PING"u8))
            {
                _output.Write(Wire.Pong);
            }
            else if (line.StartsWith("SUB "u8) && side == Side.Server)
            {
                Subscribe(line);
            }

            used += length;
        }
    }

    private void Subscribe(ReadOnlySpan<byte> line)
    {
        bool isWildcard = line.IndexOfAny("*>"u8) >= 0;
        if (isWildcard || !_sidIsWildcard)
        {
            _sid = LastField(line).ToArray();
            _sidIsWildcard = isWildcard;
        }
    }

    // PUB subject reply n | MSG subject sid reply n, with a header length before n if the verb starts with H.
    private void Reply(ReadOnlySpan<byte> line, ReadOnlySpan<byte> message)
    {
        Span<Range> fields = stackalloc Range[8];
        int count = 0;
        foreach (Range field in line.Split((byte)' '))
        {
            fields[count++] = field;
        }

        bool hasHeaders = line[0] == (byte)'H';
        int atReply = count - (hasHeaders ? 3 : 2);
        if (atReply < (side == Side.Server ? 2 : 3))
        {
            return;
        }

        ReadOnlySpan<byte> payload = hasHeaders ? message[Number(line[fields[atReply + 1]])..] : message;
        _output.Write(side == Side.Server ? "MSG "u8 : "PUB "u8);
        _output.Write(line[fields[atReply]]);
        _output.Write(" "u8);
        if (side == Side.Server)
        {
            _output.Write(_sid);
            _output.Write(" "u8);
        }

        Utf8Formatter.TryFormat(payload.Length, _output.GetSpan(16), out int digits);
        _output.Advance(digits);
        _output.Write("\r\n"u8);
        _output.Write(payload);
        _output.Write("\r\n"u8);
    }

    private static ReadOnlySpan<byte> LastField(ReadOnlySpan<byte> line) => line[(line.LastIndexOf((byte)' ') + 1)..];

    private static int Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out int number, out int used) && used == text.Length
            ? number
            : throw new InvalidOperationException("The client sent a length that is no number.");
}
