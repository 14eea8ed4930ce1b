using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Earshot.Protocol;

/// <summary>Writes text and numbers into a span the caller has measured. Checks no rule of NATS.</summary>
internal static class WireText
{
    /// <summary>UTF-8 needs at most three bytes for one UTF-16 unit.</summary>
    public const int MaxBytesPerChar = 3;

    public const int MaxSizeDigits = 10;

    public const int MaxNumberDigits = 20;

    public static int Write(Span<byte> destination, string text)
    {
        if (Ascii.FromUtf16(text, destination, out int written) == OperationStatus.Done)
        {
            return written;
        }

        // Subjects are nearly always ASCII; what is not starts again from the front.
        return Encoding.UTF8.GetBytes(text, destination);
    }

    public static int Write(Span<byte> destination, long number)
    {
        if (!Utf8Formatter.TryFormat(number, destination, out int written))
        {
            throw new ArgumentException("The destination is too small.", nameof(destination));
        }

        return written;
    }

    public static int Write(Span<byte> destination, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination);
        return bytes.Length;
    }
}
