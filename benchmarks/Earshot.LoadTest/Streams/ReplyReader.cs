using System.Buffers.Text;
using System.Net.Sockets;

namespace Earshot.LoadTest.Streams;

/// <summary>Takes one received message: the text between <c>MSG</c> and its length, and the payload.</summary>
internal delegate void MessageTaker(ReadOnlySpan<byte> line, ReadOnlySpan<byte> payload);

/// <summary>Reads messages from a bare socket: as many as each read of the socket brings. It knows MSG, HMSG and PING and no more.</summary>
internal sealed class ReplyReader(Socket socket)
{
    private readonly byte[] _buffer = new byte[1024 * 1024];
    private int _filled;

    /// <summary>Waits until at least the given number of messages has come, and hands each to the taker.</summary>
    /// <returns>How many came.</returns>
    public int Read(int least, MessageTaker take)
    {
        int count = TakeWhole(take);
        while (count < least)
        {
            _filled += Wire.Receive(socket, _buffer.AsSpan(_filled));
            count += TakeWhole(take);
        }

        return count;
    }

    private int TakeWhole(MessageTaker take)
    {
        int used = 0, count = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(used, _filled - used);
            int lineEnd = rest.IndexOf("\r\n"u8);
            if (lineEnd < 0)
            {
                break;
            }

            ReadOnlySpan<byte> line = rest[..lineEnd];
            int length = lineEnd + 2;
            if (line.StartsWith("MSG "u8) || line.StartsWith("HMSG "u8))
            {
                int lastBlank = line.LastIndexOf((byte)' ');
                _ = Utf8Parser.TryParse(line[(lastBlank + 1)..], out int size, out _);
                if (rest.Length < length + size + 2)
                {
                    break;
                }

                take(line[..lastBlank], rest.Slice(length, size));
                count++;
                length += size + 2;
            }
            else if (line.SequenceEqual("PING"u8))
            {
                Wire.SendAll(socket, Wire.Pong);
            }
            else if (line.StartsWith("-ERR"u8))
            {
                throw new InvalidOperationException(System.Text.Encoding.ASCII.GetString(line));
            }

            used += length;
        }

        _buffer.AsSpan(used, _filled - used).CopyTo(_buffer);
        _filled -= used;
        return count;
    }
}
