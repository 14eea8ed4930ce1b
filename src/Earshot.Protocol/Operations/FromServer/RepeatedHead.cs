namespace Earshot.Protocol;

/// <summary>
/// The bytes before the size in the last plain message, "MSG subject sid ", and their parsed values. A busy subscription receives
/// the same bytes repeatedly: then one comparison replaces the parsing of four tokens and the search for the line end.
/// </summary>
/// <remarks>Reads only what <see cref="ServerOperationReader"/> would read in the same way, and leaves everything else to it.</remarks>
internal sealed class RepeatedHead
{
    private const int Longest = 128;
    private const int MaxSizeDigits = 9; // as in every size
    private const int SubjectStart = 4;

    private readonly byte[] _bytes = new byte[Longest];
    private int _length; // 0: nothing yet
    private int _subjectLength;
    private long _sid;

    /// <summary>Remembers a message without reply and headers whose line ends with the digits of its size.</summary>
    public void Remember(ReadOnlySpan<byte> line, ReadOnlySpan<byte> subject, long sid)
    {
        int length = line.LastIndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1;
        _length = 0;
        if (length == line.Length || length > Longest || !line[SubjectStart..].StartsWith(subject))
        {
            return;
        }

        line[..length].CopyTo(_bytes);
        (_length, _subjectLength, _sid) = (length, subject.Length, sid);
    }

    /// <summary>Reads a message with the same head that is here as a whole.</summary>
    public bool TryRead(ReadOnlySpan<byte> buffer, ProtocolLimits limits, out ServerOperation operation, out int consumed)
    {
        operation = default;
        consumed = 0;
        if (_length == 0 || !buffer.StartsWith(_bytes.AsSpan(0, _length)))
        {
            return false;
        }

        int at = _length;
        long size = 0;
        while (at < buffer.Length && at <= _length + MaxSizeDigits && buffer[at] is >= (byte)'0' and <= (byte)'9')
        {
            size = (size * 10) + (buffer[at] - '0');
            at++;
        }

        if (at == _length || at > _length + MaxSizeDigits || at > limits.MaxControlLine || size > limits.MaxMessage || buffer.Length < at + size + 4)
        {
            return false;
        }

        int end = at + 2 + (int)size;
        if (!IsLineEnd(buffer, at) || !IsLineEnd(buffer, end))
        {
            return false;
        }

        operation = new ServerOperation
        {
            Kind = ServerOperationKind.Message,
            Sid = _sid,
            Subject = buffer.Slice(SubjectStart, _subjectLength),
            Payload = buffer[(at + 2)..end],
        };
        consumed = end + 2;
        return true;
    }

    private static bool IsLineEnd(ReadOnlySpan<byte> buffer, int at) => buffer[at] == (byte)'\r' && buffer[at + 1] == (byte)'\n';
}
