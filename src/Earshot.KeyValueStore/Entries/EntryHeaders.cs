using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Earshot.KeyValueStore.Entries;

/// <summary>
/// The headers of a stored entry, read from their wire format without strings. Where a header occurs more than once, its last value counts:
/// an entry that was republished has those of an earlier stream before its own.
/// </summary>
internal ref struct EntryHeaders
{
    private const int Seconds = 19; // the length of a time without its fraction

    /// <summary>The status of the block; 0 when it has none.</summary>
    public int Status { get; private set; }

    /// <summary>The subject of the message; empty when it is not in the headers.</summary>
    public ReadOnlySpan<byte> Subject { get; private set; }

    /// <summary>The sequence of the message; 0 when it is not in the headers.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>The time of the message; the default when it is not in the headers.</summary>
    public DateTimeOffset Time { get; private set; }

    /// <summary>The message id of the write; empty when it has none.</summary>
    public ReadOnlySpan<byte> MsgId { get; private set; }

    /// <summary>The operation that wrote the entry.</summary>
    public NatsKVOperation Operation { get; private set; }

    public static EntryHeaders Read(ReadOnlySpan<byte> block)
    {
        var headers = default(EntryHeaders);
        ReadOnlySpan<byte> word = default;
        ReadOnlySpan<byte> reason = default;
        bool isFirst = true;
        while (!block.IsEmpty)
        {
            int end = block.IndexOf("\r\n"u8);
            ReadOnlySpan<byte> line = end < 0 ? block : block[..end];
            block = end < 0 ? default : block[(end + 2)..];
            if (isFirst)
            {
                headers.Status = StatusOf(line);
                isFirst = false;
                continue;
            }

            int colon = line.IndexOf((byte)':');
            if (colon > 0)
            {
                headers.Take(line[..colon], line[(colon + 1)..].Trim(" \t"u8), ref word, ref reason);
            }
        }

        headers.Operation = OperationOf(word, reason);
        return headers;
    }

    /// <summary>Reads a time of RFC 3339 with up to nine digits of its fraction.</summary>
    public static DateTimeOffset TimeOf(ReadOnlySpan<byte> text)
    {
        if (text.Length > Seconds && text[^1] == 'Z' && TryDigits(text[..4], out int year) && TryDigits(text[5..7], out int month) && TryDigits(text[8..10], out int day)
            && TryDigits(text[11..13], out int hour) && TryDigits(text[14..16], out int minute) && TryDigits(text[17..19], out int second)
            && year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour < 24 && minute < 60 && second < 60)
        {
            return new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).AddTicks(FractionOf(text[Seconds..^1]));
        }

        return DateTimeOffset.TryParse(Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : default;
    }

    // Below a second whatever follows the dot; what is no digit ends it.
    private static long FractionOf(ReadOnlySpan<byte> text)
    {
        long ticks = 0;
        for (int i = 1, unit = (int)TimeSpan.TicksPerSecond / 10; i < text.Length && unit > 0 && text[i] is >= (byte)'0' and <= (byte)'9'; i++, unit /= 10)
        {
            ticks += (text[i] - '0') * unit;
        }

        return ticks;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    private static int StatusOf(ReadOnlySpan<byte> line)
    {
        int space = line.IndexOf((byte)' ');
        return space > 0 && Utf8Parser.TryParse(line[(space + 1)..], out int status, out _) ? status : 0;
    }

    // The operation of the client comes first; a marker of the server has only its reason (ADR-8).
    private static NatsKVOperation OperationOf(ReadOnlySpan<byte> word, ReadOnlySpan<byte> reason)
    {
        if (!word.IsEmpty)
        {
            return word.SequenceEqual("DEL"u8) ? NatsKVOperation.Del : word.SequenceEqual("PURGE"u8) ? NatsKVOperation.Purge : NatsKVOperation.Put;
        }

        return reason.SequenceEqual("Remove"u8) ? NatsKVOperation.Del
            : reason.SequenceEqual("MaxAge"u8) || reason.SequenceEqual("Purge"u8) ? NatsKVOperation.Purge : NatsKVOperation.Put;
    }

    private void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref ReadOnlySpan<byte> word, ref ReadOnlySpan<byte> reason)
    {
        if (Ascii.EqualsIgnoreCase(name, "Nats-Sequence"u8))
        {
            Sequence = Utf8Parser.TryParse(value, out ulong sequence, out int used) && used == value.Length ? sequence : 0;
        }
        else if (Ascii.EqualsIgnoreCase(name, "Nats-Subject"u8))
        {
            Subject = value;
        }
        else if (Ascii.EqualsIgnoreCase(name, "Nats-Time-Stamp"u8))
        {
            Time = TimeOf(value);
        }
        else if (Ascii.EqualsIgnoreCase(name, "KV-Operation"u8))
        {
            word = value;
        }
        else if (Ascii.EqualsIgnoreCase(name, "Nats-Marker-Reason"u8))
        {
            reason = value;
        }
        else if (Ascii.EqualsIgnoreCase(name, "Nats-Msg-Id"u8))
        {
            MsgId = value;
        }
    }
}
