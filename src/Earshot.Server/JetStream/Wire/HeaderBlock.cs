using System.Buffers;
using System.Buffers.Text;

namespace Earshot.Server.JetStream;

/// <summary>Reads and extends blocks of headers as bytes. Names are compared with their case, as a real server does.</summary>
internal static class HeaderBlock
{
    private static ReadOnlySpan<byte> Version => "NATS/1.0\r\n"u8;

    /// <summary>Returns the first value of a header, without the space around it.</summary>
    public static bool TryFind(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (TakeLine(ref block, out ReadOnlySpan<byte> line))
        {
            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name))
            {
                value = line[(name.Length + 1)..].Trim((byte)' ');
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Returns the first value of a header as a number; 0: there is none.</summary>
    public static int Number(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name) =>
        TryFind(block, name, out ReadOnlySpan<byte> value) && Utf8Parser.TryParse(value, out int number, out int used) && used == value.Length ? number : 0;

    /// <summary>Returns the block with one more header at its end.</summary>
    public static byte[] Add(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var bytes = new ArrayBufferWriter<byte>(block.Length + name.Length + value.Length + 16);
        bytes.Write(block.IsEmpty ? Version : block.EndsWith("\r\n\r\n"u8) ? block[..^2] : block);
        bytes.Write(name);
        bytes.Write(": "u8);
        bytes.Write(value);
        bytes.Write("\r\n\r\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Returns the block without the headers of this name; empty when there are no others.</summary>
    public static byte[] Remove(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(block.Length, 1));
        bool isFirst = true;
        while (TakeLine(ref block, out ReadOnlySpan<byte> line))
        {
            if (!(line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name)))
            {
                Keep(bytes, line, ref isFirst);
            }
        }

        return End(bytes);
    }

    /// <summary>Returns the block without the headers whose name is selected; empty when there are no others.</summary>
    public static byte[] RemoveWhere(ReadOnlySpan<byte> block, HeaderSelector isRemoved)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(block.Length, 1));
        bool isFirst = true;
        while (TakeLine(ref block, out ReadOnlySpan<byte> line))
        {
            if (isFirst || !isRemoved(line[..Math.Max(line.IndexOf((byte)':'), 0)]))
            {
                Keep(bytes, line, ref isFirst);
            }
        }

        return End(bytes);
    }

    private static void Keep(ArrayBufferWriter<byte> bytes, ReadOnlySpan<byte> line, ref bool isFirst)
    {
        if (!line.IsEmpty || isFirst)
        {
            isFirst = false;
            bytes.Write(line);
            bytes.Write("\r\n"u8);
        }
    }

    private static byte[] End(ArrayBufferWriter<byte> bytes)
    {
        bytes.Write("\r\n"u8);
        return bytes.WrittenSpan.IndexOf("\r\n"u8) < bytes.WrittenCount - 4 ? bytes.WrittenSpan.ToArray() : [];
    }

    private static bool TakeLine(scoped ref ReadOnlySpan<byte> block, out ReadOnlySpan<byte> line)
    {
        if (block.IsEmpty)
        {
            line = default;
            return false;
        }

        int end = block.IndexOf("\r\n"u8);
        line = end < 0 ? block : block[..end];
        block = end < 0 ? default : block[(end + 2)..];
        return true;
    }
}
