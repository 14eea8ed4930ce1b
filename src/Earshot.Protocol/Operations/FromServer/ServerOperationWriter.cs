using System.Buffers;
using System.Text;

namespace Earshot.Protocol;

/// <summary>Writes what a server sends, in the server's own spelling. Checks nothing, so that tests can send nonsense too.</summary>
internal static class ServerOperationWriter
{
    public static ReadOnlySpan<byte> Ping => "PING\r\n"u8;

    public static ReadOnlySpan<byte> Pong => "PONG\r\n"u8;

    public static ReadOnlySpan<byte> Ok => "+OK\r\n"u8;

    /// <summary>The JSON is followed by a space, as real servers do.</summary>
    public static void WriteInfo(IBufferWriter<byte> writer, ReadOnlySpan<byte> json)
    {
        writer.Write("INFO "u8);
        writer.Write(json);
        writer.Write(" \r\n"u8);
    }

    public static void WriteInfo(IBufferWriter<byte> writer, string json) => WriteInfo(writer, Encoding.UTF8.GetBytes(json));

    public static void WriteError(IBufferWriter<byte> writer, string text)
    {
        writer.Write("-ERR '"u8);
        writer.Write(Encoding.UTF8.GetBytes(text));
        writer.Write("'\r\n"u8);
    }

    public static void WriteMessage(IBufferWriter<byte> writer, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> sid, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> payload)
    {
        writer.Write("MSG "u8);
        WriteAddress(writer, subject, sid, replyTo);
        WriteNumber(writer, payload.Length);
        writer.Write("\r\n"u8);
        writer.Write(payload);
        writer.Write("\r\n"u8);
    }

    public static void WriteMessage(IBufferWriter<byte> writer, string subject, long sid, string? replyTo, ReadOnlySpan<byte> payload)
    {
        Span<byte> digits = stackalloc byte[WireText.MaxNumberDigits];
        int length = WireText.Write(digits, sid);
        WriteMessage(writer, Encoding.UTF8.GetBytes(subject), digits[..length], Encoding.UTF8.GetBytes(replyTo ?? string.Empty), payload);
    }

    public static void WriteHeadersMessage(
        IBufferWriter<byte> writer, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> sid, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        writer.Write("HMSG "u8);
        WriteAddress(writer, subject, sid, replyTo);
        WriteNumber(writer, headers.Length);
        writer.Write(" "u8);
        WriteNumber(writer, headers.Length + payload.Length);
        writer.Write("\r\n"u8);
        writer.Write(headers);
        writer.Write(payload);
        writer.Write("\r\n"u8);
    }

    public static void WriteHeadersMessage(IBufferWriter<byte> writer, string subject, long sid, string? replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        Span<byte> digits = stackalloc byte[WireText.MaxNumberDigits];
        int length = WireText.Write(digits, sid);
        WriteHeadersMessage(writer, Encoding.UTF8.GetBytes(subject), digits[..length], Encoding.UTF8.GetBytes(replyTo ?? string.Empty), headers, payload);
    }

    private static void WriteAddress(IBufferWriter<byte> writer, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> sid, ReadOnlySpan<byte> replyTo)
    {
        writer.Write(subject);
        writer.Write(" "u8);
        writer.Write(sid);
        writer.Write(" "u8);
        if (!replyTo.IsEmpty)
        {
            writer.Write(replyTo);
            writer.Write(" "u8);
        }
    }

    private static void WriteNumber(IBufferWriter<byte> writer, int number) =>
        writer.Advance(WireText.Write(writer.GetSpan(WireText.MaxNumberDigits), number));
}
