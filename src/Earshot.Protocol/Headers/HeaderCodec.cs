using System.Text;

namespace Earshot.Protocol;

/// <summary>
/// Header blocks: <c>NATS/1.0</c>, one line per value, a blank line (ADR-4). Strict when writing, tolerant when reading;
/// never takes a lone CR or LF for a line end.
/// </summary>
[ForExtensions]
internal static class HeaderCodec
{
    private const int MaxLines = 1024;
    private const int LargestShared = 1024;

    // Messages of one kind often carry the same headers: those that follow each other on a thread share their bytes.
    [ThreadStatic]
    private static byte[]? s_last;

    private static ReadOnlySpan<byte> VersionLine => "NATS/1.0\r\n"u8;

    /// <summary>The exact number of bytes <see cref="Write(NatsHeaders, Span{byte})"/> writes.</summary>
    /// <exception cref="NatsInvalidHeaderException">Received headers hold something that must not be sent on.</exception>
    public static int Measure(NatsHeaders headers) => Measure(headers, Encoding.UTF8);

    public static int Measure(NatsHeaders headers, Encoding encoding)
    {
        if (headers.UnchangedBlock is { IsEmpty: false } received)
        {
            ReadOnlySpan<byte> lines = LinesOf(received);
            if (headers.IsUnchecked)
            {
                ThrowIfInvalid(lines);
            }

            return VersionLine.Length + lines.Length + 2;
        }

        int length = VersionLine.Length + 2;
        foreach ((string? key, Microsoft.Extensions.Primitives.StringValues values) in headers)
        {
            if (headers.IsUnchecked)
            {
                HeaderRules.ThrowIfInvalidName(key, nameof(headers));
            }

            for (int i = 0; i < Math.Max(1, values.Count); i++)
            {
                string? value = values.Count == 0 ? null : values[i];
                if (headers.IsUnchecked)
                {
                    HeaderRules.ThrowIfInvalidValue(value, nameof(headers));
                }

                length = checked(length + key.Length + encoding.GetByteCount(value ?? string.Empty) + 4);
            }
        }

        return length;
    }

    /// <summary>The same with further lines, which are encoded and valid already.</summary>
    public static int Measure(NatsHeaders? headers, ReadOnlySpan<byte> lines) =>
        checked((headers is not null ? Measure(headers) : VersionLine.Length + 2) + lines.Length);

    /// <summary>
    /// Writes the block; the caller has measured the same headers and made room. A status is never written. Values are checked here again,
    /// as the bytes that they became: the array behind a value is the caller's, who may have changed it since it was added.
    /// </summary>
    /// <exception cref="NatsInvalidHeaderException">A value would end its line; nothing may be sent of what was written.</exception>
    public static int Write(NatsHeaders headers, Span<byte> destination) => Write(headers, default, destination);

    /// <summary>The same with further lines behind the headers.</summary>
    public static int Write(NatsHeaders? headers, ReadOnlySpan<byte> lines, Span<byte> destination)
    {
        int length = WireText.Write(destination, VersionLine);
        if (headers is not null)
        {
            length += WriteLines(headers, destination[length..]);
            if (headers.UnchangedBlock.IsEmpty)
            {
                "\r\n"u8.CopyTo(destination[length..]);
                headers.KeepSent(destination[..(length + 2)]);
            }
        }

        length += WireText.Write(destination[length..], lines);
        return length + WireText.Write(destination[length..], "\r\n"u8);
    }

    private static int WriteLines(NatsHeaders headers, Span<byte> destination)
    {
        if (headers.UnchangedBlock is { IsEmpty: false } received)
        {
            return WireText.Write(destination, LinesOf(received)); // checked when it was measured, and never changed
        }

        int length = 0;
        foreach ((string? key, Microsoft.Extensions.Primitives.StringValues values) in headers)
        {
            for (int i = 0; i < Math.Max(1, values.Count); i++)
            {
                length += WireText.Write(destination[length..], key);
                length += WireText.Write(destination[length..], ": "u8);
                length += WriteValue(destination[length..], (values.Count == 0 ? null : values[i]) ?? string.Empty);
                length += WireText.Write(destination[length..], "\r\n"u8);
            }
        }

        return length;
    }

    /// <summary>The lines between the first line and the blank one of a validated block.</summary>
    private static ReadOnlySpan<byte> LinesOf(ReadOnlySpan<byte> block) => block[(block.IndexOf("\r\n"u8) + 2)..^2];

    /// <summary>What can be read need not be safe to send: other readers may take a lone CR or LF for the end of a line.</summary>
    private static void ThrowIfInvalid(ReadOnlySpan<byte> lines)
    {
        while (TryTakeLine(ref lines, out ReadOnlySpan<byte> line))
        {
            int colon = line.IndexOf((byte)':');
            HeaderRules.ThrowIfInvalidName(line[..colon]);
            HeaderRules.ThrowIfInvalidValue(line[(colon + 1)..]);
        }
    }

    private static int WriteValue(Span<byte> destination, string value)
    {
        int length = WireText.Write(destination, value);
        return destination[..length].IndexOfAny((byte)'\r', (byte)'\n', (byte)0) < 0
            ? length
            : throw new NatsInvalidHeaderException("A header value contains CR, LF or NUL; its array was modified after it was added.", nameof(value));
    }

    /// <exception cref="NatsHeaderParseException">The block cannot be read; the message itself is intact.</exception>
    public static NatsHeaders Parse(ReadOnlySpan<byte> block, bool isCaseSensitive = false) => Parse(block, ProtocolLimits.Default, isCaseSensitive);

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, bool)"/>
    public static NatsHeaders Parse(ReadOnlySpan<byte> block, ProtocolLimits limits, bool isCaseSensitive = false)
    {
        string? fault = block.Length > limits.MaxHeaderBlock ? "The block is too large." : FaultOfParsing(block, null);
        return fault is null ? new NatsHeaders(Keep(block), isCaseSensitive) : throw new NatsHeaderParseException(block.ToArray(), new FormatException(fault));
    }

    /// <summary>Reads a checked block into the headers that were made of it.</summary>
    public static void Read(ReadOnlySpan<byte> block, NatsHeaders headers) => FaultOfParsing(block, headers);

    /// <summary>How many values a checked block holds: all but the version line and the blank one.</summary>
    public static int CountLines(ReadOnlySpan<byte> block) => Math.Max(0, block.Count("\r\n"u8) - 2);

    private static byte[] Keep(ReadOnlySpan<byte> block)
    {
        if (s_last is { } last && block.SequenceEqual(last))
        {
            return last;
        }

        byte[] copy = block.ToArray();
        if (copy.Length <= LargestShared)
        {
            s_last = copy;
        }

        return copy;
    }

    /// <summary>Reads the status code without anything else: what a reply inbox needs to know first.</summary>
    public static bool TryReadStatus(ReadOnlySpan<byte> block, out int code)
    {
        code = 0;
        return block.Length >= 14
            && block.StartsWith("NATS/1.0 "u8)
            && (block[12] is (byte)' ' or (byte)'\r')
            && ControlLine.TryParseSize(block.Slice(9, 3), out code);
    }

    // Without headers it only checks, and allocates nothing.
    private static string? FaultOfParsing(ReadOnlySpan<byte> block, NatsHeaders? headers)
    {
        if (!TryTakeLine(ref block, out ReadOnlySpan<byte> first) || !TryReadVersionLine(first, headers))
        {
            return "The first line is not NATS/1.0 with an optional status.";
        }

        for (int lines = 0; TryTakeLine(ref block, out ReadOnlySpan<byte> line); lines++)
        {
            if (line.IsEmpty)
            {
                return block.IsEmpty ? null : "Data follows the terminating blank line.";
            }

            if (lines == MaxLines)
            {
                return "There are too many lines.";
            }

            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || ControlLine.IsSeparator(line[0]) || ControlLine.IsSeparator(line[colon - 1]))
            {
                return "A header line has no colon after its name.";
            }

            headers?.AppendReceived(Decode(line[..colon], headers), Decode(ControlLine.TrimSeparators(line[(colon + 1)..]), headers));
        }

        return "The block does not end with a blank line.";
    }

    private static bool TryReadVersionLine(ReadOnlySpan<byte> line, NatsHeaders? headers)
    {
        if (!line.StartsWith("NATS/1.0"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = line[8..];
        if (rest.IsEmpty)
        {
            return true;
        }

        if (!ControlLine.IsSeparator(rest[0]))
        {
            return false;
        }

        rest = ControlLine.TrimSeparators(rest);
        int end = rest.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> digits = end < 0 ? rest : rest[..end];
        if (digits.IsEmpty)
        {
            return true;
        }

        if (digits.Length != 3 || !ControlLine.TryParseSize(digits, out int code))
        {
            return false;
        }

        if (headers is null)
        {
            return true;
        }

        headers.Code = code;
        string text = end < 0 ? string.Empty : Decode(ControlLine.TrimSeparators(rest[end..]), headers);
        (headers.MessageText, headers.Message) = (text, MessageOf(text));
        return true;
    }

    private static bool TryTakeLine(ref ReadOnlySpan<byte> block, out ReadOnlySpan<byte> line)
    {
        int end = block.IndexOf("\r\n"u8);
        line = end < 0 ? default : block[..end];
        block = end < 0 ? block : block[(end + 2)..];
        return end >= 0;
    }

    private static string Decode(ReadOnlySpan<byte> bytes, NatsHeaders headers)
    {
        string text = Encoding.UTF8.GetString(bytes);
        if (text.Contains('\uFFFD', StringComparison.Ordinal))
        {
            headers.HasReplacedBytes = true;
        }

        return text;
    }

    private static NatsHeaders.Messages MessageOf(string text) => text switch
    {
        "Idle Heartbeat" => NatsHeaders.Messages.IdleHeartbeat,
        "Bad Request" => NatsHeaders.Messages.BadRequest,
        "Consumer Deleted" => NatsHeaders.Messages.ConsumerDeleted,
        "Consumer is push based" => NatsHeaders.Messages.ConsumerIsPushBased,
        "No Messages" => NatsHeaders.Messages.NoMessages,
        "Request Timeout" => NatsHeaders.Messages.RequestTimeout,
        "Message Size Exceeds MaxBytes" => NatsHeaders.Messages.MessageSizeExceedsMaxBytes,
        "Requests Pending" => NatsHeaders.Messages.RequestsPending,
        _ => NatsHeaders.Messages.Text,
    };
}
