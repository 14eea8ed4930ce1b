using System.Buffers.Text;
using System.Text;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// The parts of the reply subject of a delivered message (ADR-15). The old format has nine tokens. The new format has domain and account
/// before them, and possibly further tokens after them, which are preserved.
/// </summary>
internal readonly record struct AckSubject(AckOrigin Origin, ulong Delivered, ulong StreamSeq, ulong ConsumerSeq, long Time, ulong Pending)
{
    /// <summary>The maximum length of the numbers with their dots.</summary>
    private const int MaxNumbers = 5 * 21;

    /// <summary>The maximum number of bytes written by <see cref="Write"/>.</summary>
    public int MaxLength => Origin.Prefix.Length + MaxNumbers + Origin.Suffix.Length;

    public static bool IsAck(ReadOnlySpan<byte> subject) => subject.StartsWith("$JS.ACK."u8);

    /// <summary>Reads a reply subject. Uses <paramref name="known"/> when it matches, so that the messages of one consumer share it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> subject, AckOrigin? known, out AckSubject parts)
    {
        parts = default;
        if (known is not null && subject.Length > known.Prefix.Length + known.Suffix.Length && subject.StartsWith(known.Prefix) && subject.EndsWith(known.Suffix))
        {
            return TryReadNumbers(subject[known.Prefix.Length..^known.Suffix.Length], known, out parts) || TryReadAll(subject, out parts);
        }

        return TryReadAll(subject, out parts);
    }

    /// <summary>Writes the subject and returns its length.</summary>
    public int Write(Span<byte> destination)
    {
        Origin.Prefix.CopyTo(destination);
        int length = Origin.Prefix.Length;
        length += Number(destination[length..], Delivered, '.');
        length += Number(destination[length..], StreamSeq, '.');
        length += Number(destination[length..], ConsumerSeq, '.');
        length += Number(destination[length..], (ulong)Time, '.');
        length += Number(destination[length..], Pending, '\0');
        Origin.Suffix.CopyTo(destination[length..]);
        return length + Origin.Suffix.Length;
    }

    public override string ToString()
    {
        byte[] text = new byte[MaxLength];
        return Encoding.UTF8.GetString(text, 0, Write(text));
    }

    private static bool TryReadAll(ReadOnlySpan<byte> subject, out AckSubject parts)
    {
        parts = default;
        Span<Range> tokens = stackalloc Range[16];
        int count = Split(subject, tokens);
        bool isOld = count == 9;
        if ((!isOld && count < 11) || !IsAck(subject))
        {
            return false;
        }

        int stream = isOld ? 2 : 4;
        int numbers = subject[tokens[stream + 1]].Length + tokens[stream + 1].Start.Value + 1;
        int end = tokens[stream + 6].End.Value;
        var origin = new AckOrigin(
            subject[..numbers].ToArray(),
            subject[end..].ToArray(),
            Encoding.UTF8.GetString(subject[tokens[stream]]),
            Encoding.UTF8.GetString(subject[tokens[stream + 1]]),
            isOld ? "" : DomainOf(subject[tokens[2]]));
        return TryReadNumbers(subject[numbers..end], origin, out parts);
    }

    private static string DomainOf(ReadOnlySpan<byte> token) => token.SequenceEqual("_"u8) ? "" : Encoding.UTF8.GetString(token);

    // The last of 16 ranges contains the rest; tokens after the numbers are not checked.
    private static int Split(ReadOnlySpan<byte> subject, Span<Range> tokens)
    {
        int count = 0;
        int start = 0;
        while (count < tokens.Length)
        {
            int dot = subject[start..].IndexOf((byte)'.');
            int end = dot < 0 ? subject.Length : start + dot;
            tokens[count++] = start..end;
            if (dot < 0)
            {
                break;
            }

            start = end + 1;
        }

        return count;
    }

    private static bool TryReadNumbers(ReadOnlySpan<byte> text, AckOrigin origin, out AckSubject parts)
    {
        parts = default;
        if (!TryNumber(ref text, out ulong delivered) || !TryNumber(ref text, out ulong stream) || !TryNumber(ref text, out ulong consumer)
            || !TryNumber(ref text, out ulong time) || !TryNumber(ref text, out ulong pending) || !text.IsEmpty)
        {
            return false;
        }

        parts = new AckSubject(origin, delivered, stream, consumer, (long)time, pending);
        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> text, out ulong value)
    {
        if (!Utf8Parser.TryParse(text, out value, out int length))
        {
            return false;
        }

        text = text[length..];
        if (!text.IsEmpty)
        {
            if (text[0] != (byte)'.')
            {
                return false;
            }

            text = text[1..];
            return !text.IsEmpty; // a dot ends no subject
        }

        return true;
    }

    private static int Number(Span<byte> destination, ulong value, char end)
    {
        Utf8Formatter.TryFormat(value, destination, out int length);
        if (end != '\0')
        {
            destination[length++] = (byte)end;
        }

        return length;
    }
}
