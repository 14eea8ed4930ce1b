using System.Text;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Reads the statuses that a server sends to the inbox of a pull request (ADR-13, and the statuses of nats-server 2.15.1). Creates no strings
/// where the text is not needed.
/// </summary>
internal static class StatusLine
{
    private const int CodeAt = 9; // after "NATS/1.0 "

    /// <summary>Reads a status. Returns false for a message without a status, and for anything that is not a message of the server.</summary>
    public static bool TryRead(ReadOnlySpan<byte> headers, out PullStatus status)
    {
        status = default;
        int end = headers.IndexOf("\r\n"u8);
        if (end < CodeAt + 3 || !headers.StartsWith("NATS/1.0 "u8) || !TryReadNumber(headers.Slice(CodeAt, 3), out ulong code))
        {
            return false;
        }

        ReadOnlySpan<byte> text = headers[(CodeAt + 3)..end].Trim((byte)' ');
        PullStatusKind kind = KindOf((int)code, text);
        if (kind == PullStatusKind.Heartbeat)
        {
            status = new PullStatus(kind, (int)code)
            {
                LastStreamSeq = Value(headers, "Nats-Last-Stream:"u8),
                LastConsumerSeq = Value(headers, "Nats-Last-Consumer:"u8),
            };
            return true;
        }

        status = new PullStatus(kind, (int)code, Left(headers, "Nats-Pending-Messages:"u8), Left(headers, "Nats-Pending-Bytes:"u8))
        {
            Description = kind is PullStatusKind.PullEnded or PullStatusKind.NoResponders ? "" : Encoding.UTF8.GetString(text),
        };
        return true;
    }

    public static PullStatusKind KindOf(int code, ReadOnlySpan<byte> text) => code switch
    {
        100 => text.SequenceEqual("Idle Heartbeat"u8) ? PullStatusKind.Heartbeat : PullStatusKind.OtherControl,
        400 or 412 => PullStatusKind.Refused,
        404 or 408 => PullStatusKind.PullEnded,
        409 => KindOfConflict(text),
        423 => PullStatusKind.PinMismatch,
        503 => PullStatusKind.NoResponders,
        _ => PullStatusKind.Unknown,
    };

    private static PullStatusKind KindOfConflict(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("Leadership Change"u8) ? PullStatusKind.LeadershipChange
        : text.SequenceEqual("Message Size Exceeds MaxBytes"u8) ? PullStatusKind.SizeExceeded
        : text.SequenceEqual("Batch Completed"u8) ? PullStatusKind.PullEnded
        : text.SequenceEqual("Server Shutdown"u8) ? PullStatusKind.ServerShutdown
        : text.SequenceEqual("Consumer Deleted"u8) ? PullStatusKind.ConsumerDeleted
        : text.SequenceEqual("Consumer is push based"u8) ? PullStatusKind.PushBased
        : text.StartsWith("Exceeded MaxWaiting"u8) ? PullStatusKind.TooManyPulls
        : text.StartsWith("Exceeded Max"u8) ? PullStatusKind.LimitExceeded
        : PullStatusKind.Unknown;

    private static long Left(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> name) =>
        headers.IndexOf(name) < 0 ? -1 : (long)Math.Min(Value(headers, name), long.MaxValue);

    private static ulong Value(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> name)
    {
        int at = headers.IndexOf(name);
        if (at < 0)
        {
            return 0;
        }

        ReadOnlySpan<byte> rest = headers[(at + name.Length)..];
        int end = rest.IndexOf("\r\n"u8);
        return TryReadNumber(rest[..Math.Max(0, end)].Trim((byte)' '), out ulong value) ? value : 0;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9' || value > (ulong.MaxValue - 9) / 10)
            {
                return false;
            }

            value = (value * 10) + (ulong)(digit - '0');
        }

        return digits.Length > 0;
    }
}
