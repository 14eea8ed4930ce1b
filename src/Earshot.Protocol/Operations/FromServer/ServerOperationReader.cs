using System.Runtime.CompilerServices;

namespace Earshot.Protocol;

/// <summary>
/// Reads what a server sends: one operation per call from one contiguous buffer. Keeps none of its bytes but the head of the last
/// message; the caller owns the buffer, moves what is left to its front and calls again.
/// </summary>
internal sealed class ServerOperationReader(ProtocolLimits limits)
{
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';

    private RepeatedHead? _repeated; // made by the first message

    /// <summary>
    /// After a false <see cref="TryRead"/>: the smallest total length of the buffer for which another try can succeed.
    /// </summary>
    public int BytesNeeded { get; private set; } = 1;

    /// <summary>Reads the operation at the start of the buffer; false when the buffer does not hold all of it yet.</summary>
    /// <exception cref="NatsProtocolViolationException">The bytes are no NATS; the stream cannot be continued.</exception>
    public bool TryRead(ReadOnlySpan<byte> buffer, out ServerOperation operation, out int consumed)
    {
        if (_repeated is not null && _repeated.TryRead(buffer, limits, out operation, out consumed))
        {
            return true;
        }

        int lineFeed = buffer.IndexOf(LineFeed);
        if (lineFeed < 0)
        {
            operation = default;
            consumed = 0;
            ExpectMore(buffer);
            return false;
        }

        ReadOnlySpan<byte> line = ControlLine.WithoutLineEnd(buffer, lineFeed);
        if (line.Length > limits.MaxControlLine)
        {
            CheckLineLength(line);
        }

        byte first = line.IsEmpty ? (byte)0 : line[0];
        switch (first)
        {
            case (byte)'M' or (byte)'m' or (byte)'H' or (byte)'h':
                return TryReadMessage(buffer, line, lineFeed + 1, out operation, out consumed);
            default:
                operation = ReadLineOperation(line, first);
                consumed = lineFeed + 1;
                return true;
        }
    }

    private static ServerOperation ReadLineOperation(ReadOnlySpan<byte> line, byte first)
    {
        switch (first)
        {
            case (byte)'P' or (byte)'p' when ControlLine.StartsWithVerb(line, "PING"u8) && IsBlank(line[4..]):
                return new ServerOperation { Kind = ServerOperationKind.Ping };
            case (byte)'P' or (byte)'p' when ControlLine.StartsWithVerb(line, "PONG"u8) && IsBlank(line[4..]):
                return new ServerOperation { Kind = ServerOperationKind.Pong };
            case (byte)'+' when ControlLine.StartsWithVerb(line, "+OK"u8) && IsBlank(line[3..]):
                return new ServerOperation { Kind = ServerOperationKind.Ok };
            case (byte)'-' when HasVerb(line, "-ERR"u8):
                return new ServerOperation { Kind = ServerOperationKind.Error, Text = Unquote(ControlLine.TrimSeparators(line[4..])) };
            case (byte)'I' or (byte)'i' when HasVerb(line, "INFO"u8):
                return new ServerOperation { Kind = ServerOperationKind.Info, Text = ControlLine.TrimSeparators(line[4..]) };
            default:
                throw NatsProtocolViolationException.Create(ProtocolViolation.UnknownOperation, "The server sent an unknown operation.", line);
        }
    }

    // The hot path: everything stays in locals until the one write of the result, a struct of five spans.
    private bool TryReadMessage(ReadOnlySpan<byte> buffer, ReadOnlySpan<byte> line, int bodyStart, out ServerOperation operation, out int consumed)
    {
        bool hasHeaders = (line[0] | 0x20) == 'h';
        if (!HasArguments(line, hasHeaders ? "HMSG"u8 : "MSG"u8))
        {
            throw NatsProtocolViolationException.Create(ProtocolViolation.UnknownOperation, "The server sent an unknown operation.", line);
        }

        ReadOnlySpan<byte> rest = ControlLine.SkipSeparators(line[(hasHeaders ? 5 : 4)..]);
        int headerLength = 0;
        if (!ControlLine.TryTakeToken(ref rest, out ReadOnlySpan<byte> subject)
            || !ControlLine.TryTakeNumber(ref rest, out long sid)
            || !(hasHeaders ? TryReadSizes(rest, out ReadOnlySpan<byte> replyTo, out headerLength, out int totalLength) : TryReadSize(rest, out replyTo, out totalLength)))
        {
            throw NatsProtocolViolationException.Create(ProtocolViolation.MalformedArguments, "The server sent a message with malformed arguments.", line);
        }

        if (totalLength > limits.MaxMessage || (hasHeaders && !limits.AcceptHeaders))
        {
            throw RefusedMessage(line, totalLength);
        }

        int end = bodyStart + totalLength;
        if (buffer.Length < end + 2)
        {
            operation = default;
            consumed = 0;
            BytesNeeded = end + 2;
            return false;
        }

        if (buffer[end] != CarriageReturn || buffer[end + 1] != LineFeed)
        {
            // The excerpt is the control line only: payload bytes belong to the user and do not go into exceptions.
            throw NatsProtocolViolationException.Create(ProtocolViolation.UnknownOperation, "The payload of a message is not terminated by CRLF.", line);
        }

        if (!hasHeaders && replyTo.IsEmpty)
        {
            (_repeated ??= new RepeatedHead()).Remember(line, subject, sid);
        }

        consumed = end + 2;
        operation = new ServerOperation
        {
            Kind = ServerOperationKind.Message,
            HasHeaders = hasHeaders,
            Sid = sid,
            Subject = subject,
            ReplyTo = replyTo,
            Headers = buffer.Slice(bodyStart, headerLength),
            Payload = buffer[(bodyStart + headerLength)..end],
        };
        return true;
    }

    // What the line holds after the sid decides by the number of tokens: "5" is a legal reply subject.
    private static bool TryReadSize(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> replyTo, out int totalLength)
    {
        replyTo = default;
        return ControlLine.TryParseLastSize(rest, out totalLength)
            || (ControlLine.TryTakeToken(ref rest, out replyTo) && ControlLine.TryParseLastSize(rest, out totalLength));
    }

    private static bool TryReadSizes(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> replyTo, out int headerLength, out int totalLength)
    {
        replyTo = default;
        headerLength = 0;
        totalLength = 0;
        if (!ControlLine.TryTakeToken(ref rest, out ReadOnlySpan<byte> first))
        {
            return false;
        }

        if (!ControlLine.TryParseLastSize(rest, out totalLength))
        {
            replyTo = first;
            if (!ControlLine.TryTakeToken(ref rest, out first) || !ControlLine.TryParseLastSize(rest, out totalLength))
            {
                return false;
            }
        }

        return ControlLine.TryParseSize(first, out headerLength) && headerLength <= totalLength;
    }

    private NatsProtocolViolationException RefusedMessage(ReadOnlySpan<byte> line, int totalLength) => totalLength > limits.MaxMessage
        ? NatsProtocolViolationException.Create(ProtocolViolation.MessageTooLarge, $"The server announced a message of {totalLength} bytes; the limit is {limits.MaxMessage}.", line)
        : NatsProtocolViolationException.Create(ProtocolViolation.UnknownOperation, "The server sent headers, but headers are disabled.", line);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ExpectMore(ReadOnlySpan<byte> buffer)
    {
        BytesNeeded = buffer.Length + 1;
        if (buffer.IsEmpty)
        {
            return;
        }

        if (!MayBecomeOperation(buffer))
        {
            throw NatsProtocolViolationException.Create(ProtocolViolation.UnknownOperation, "The server sent data that is not a NATS operation.", buffer);
        }

        // One byte of grace for the CR of a line that is exactly as long as allowed.
        CheckLineLength(buffer[..^1]);
    }

    private void CheckLineLength(ReadOnlySpan<byte> line)
    {
        int limit = ControlLine.StartsWithVerb(line, "INFO"u8) ? limits.MaxInfo : limits.MaxControlLine;
        if (line.Length > limit)
        {
            throw NatsProtocolViolationException.Create(ProtocolViolation.ControlLineTooLong, $"The server sent a control line of more than {limit} bytes.", line);
        }
    }

    private static bool MayBecomeOperation(ReadOnlySpan<byte> text) =>
        ControlLine.MayBecomeVerb(text, "MSG"u8) || ControlLine.MayBecomeVerb(text, "HMSG"u8)
        || ControlLine.MayBecomeVerb(text, "PING"u8) || ControlLine.MayBecomeVerb(text, "PONG"u8)
        || ControlLine.MayBecomeVerb(text, "INFO"u8) || ControlLine.MayBecomeVerb(text, "+OK"u8)
        || ControlLine.MayBecomeVerb(text, "-ERR"u8);

    private static bool HasArguments(ReadOnlySpan<byte> line, ReadOnlySpan<byte> verb) =>
        line.Length > verb.Length && ControlLine.IsSeparator(line[verb.Length]) && ControlLine.StartsWithVerb(line, verb);

    private static bool HasVerb(ReadOnlySpan<byte> line, ReadOnlySpan<byte> verb) =>
        ControlLine.StartsWithVerb(line, verb) && (line.Length == verb.Length || ControlLine.IsSeparator(line[verb.Length]));

    private static bool IsBlank(ReadOnlySpan<byte> text) => ControlLine.SkipSeparators(text).IsEmpty;

    // A text that lost its closing quote is still a text; one without an opening quote is left as it is.
    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != (byte)'\'')
        {
            return text;
        }

        text = text[1..];
        return !text.IsEmpty && text[^1] == (byte)'\'' ? text[..^1] : text;
    }
}
