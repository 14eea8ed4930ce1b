using System.Globalization;
using System.Text;
using Earshot.Cli.Output;

namespace Earshot.Cli.Messages;

/// <summary>Payloads as text for a terminal: as they are if they are plain text, and as a preview in hexadecimal otherwise.</summary>
internal static class PayloadText
{
    private const int PreviewBytes = 64;
    private const int BytesPerLine = 16;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the payload as text, exactly as it is; null when it is not UTF-8 or has control characters.</summary>
    internal static string? AsText(ReadOnlySpan<byte> payload)
    {
        try
        {
            string text = s_strict.GetString(payload);
            return SafeText.IsPlain(text) ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Returns the payload as lines that can be shown on any terminal.</summary>
    internal static string Show(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return "(empty)";
        }

        if (AsText(payload) is { } text)
        {
            return SafeText.Lines(text);
        }

        var lines = new StringBuilder();
        lines.Append(CultureInfo.InvariantCulture, $"(not text, {payload.Length} bytes)");
        for (int i = 0; i < Math.Min(payload.Length, PreviewBytes); i += BytesPerLine)
        {
            Append(lines, payload[i..Math.Min(i + BytesPerLine, payload.Length)], i);
        }

        if (payload.Length > PreviewBytes)
        {
            lines.Append(CultureInfo.InvariantCulture, $"\n  ... {payload.Length - PreviewBytes} more bytes");
        }

        return lines.ToString();
    }

    private static void Append(StringBuilder lines, ReadOnlySpan<byte> bytes, int offset)
    {
        lines.Append(CultureInfo.InvariantCulture, $"\n  {offset:x4} ");
        for (int i = 0; i < BytesPerLine; i++)
        {
            lines.Append(' ').Append(i < bytes.Length ? bytes[i].ToString("x2", CultureInfo.InvariantCulture) : "  ");
        }

        lines.Append("  ");
        foreach (byte b in bytes)
        {
            lines.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
        }
    }
}
