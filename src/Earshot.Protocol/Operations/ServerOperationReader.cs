using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Earshot.Protocol;

/// <summary>
/// Reads what a server sends: one operation per call from one contiguous buffer. Keeps no bytes and allocates nothing; the
/// caller owns the buffer, moves what is left to its front and calls again.
/// </summary>
internal sealed class ServerOperationReader(ProtocolLimits limits)
{
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';

    /// <summary>
    /// After a false <see cref="TryRead"/>: the smallest total length of the buffer for which another try can succeed.
    /// </summary>
    public int BytesNeeded { get; private set; } = 1;

    /// <summary>Reads the operation at the start of the buffer; false when the buffer does not hold all of it yet.</summary>
    /// <exception cref="NatsProtocolViolationException">The bytes are no NATS; the stream cannot be continued.</exception>
    public bool TryRead(ReadOnlySpan<byte> buffer, out ServerOperation operation, out int consumed)
    {
        var lineFeed = buffer.IndexOf(LineFeed);
        if (lineFeed < 0)
        {
            operation = default;
            consumed = 0;
            ExpectMore(buffer);
            return false;
        }

        var line = ControlLine.WithoutLineEnd(buffer, lineFeed);
        if (line.Length > limits.MaxControlLine)
        {
            CheckLineLength(line);
        }

        var first = line.IsEmpty ? (byte)0 : line[0];
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
                throw NatsProtocolViolationException.Create(ProtocolViolation.UnknownOperation, "The server sent an operation that NATS does not have.", line);
        }
    }

    private bool TryReadMessage(ReadOnlySpan<byte> buffer, ReadOnlySpan<byte> line, int bodyStart, out ServerOperation operation, out int consumed)
    {
        var head = ReadMessageHead(line, out var headerLength, out var totalLength, out var hasHeaders);
        consumed = 0;
        var end = bodyStart + totalLength;
        if (buffer.Length < end + 2)
        {
            operation = default;
            BytesNeeded = end + 2;
            return false;
        }

        if (buffer[end] != CarriageReturn || buffer[end + 1] != LineFeed)
        {
            // The excerpt is the control line only: payload bytes belong to the user and do not go into exceptions.
            throw NatsProtocolViolationException.Create(ProtocolViolation.UnknownOperation, "No line end follows the payload of a message.", line);
        }

        operation = new ServerOperation
        {
            Kind = ServerOperationKind.Message,
            HasHeaders = hasHeaders,
            Subject = head.Subject,
            ReplyTo = head.ReplyTo,
            Sid = head.Sid,
            Headers = buffer.Slice(bodyStart, headerLength),
            Payload = buffer[(bodyStart + headerLength)..end],
        };
        consumed = end + 2;
        return true;
    }

    private ServerOperation ReadMessageHead(ReadOnlySpan<byte> line, out int headerLength, out int totalLength, out bool hasHeaders)
    {
        hasHeaders = HasArguments(line, "HMSG"u8);
        if (!hasHeaders && !HasArguments(line, "MSG"u8))
        {
            throw NatsProtocolViolationException.Create(ProtocolViolation.UnknownOperation, "The server sent an operation that NATS does not have.", line);
        }

        var rest = ControlLine.SkipSeparators(line[(hasHeaders ? 5 : 4)..]);
        if (!ControlLine.TryTakeToken(ref rest, out var subject)
            || !ControlLine.TryTakeToken(ref rest, out var sidDigits)
            || !ControlLine.TryParseNumber(sidDigits, out var sid)
            || !TryReadSizes(ref rest, hasHeaders, out var replyTo, out headerLength, out totalLength))
        {
            ThrowMalformed(line);
            throw null; // not reached: the line above always throws
        }

        if (totalLength > limits.MaxMessage)
        {
            throw NatsProtocolViolationException.Create(ProtocolViolation.MessageTooLarge, $"The server announced a message of {totalLength} bytes; the limit is {limits.MaxMessage}.", line);
        }

        if (hasHeaders && !limits.AcceptHeaders)
        {
            throw NatsProtocolViolationException.Create(ProtocolViolation.UnknownOperation, "The server sent headers although the client declined them.", line);
        }

        return new ServerOperation { Subject = subject, ReplyTo = replyTo, Sid = sid };
    }

    // The reply is recognised by the number of tokens only: "5" is a legal reply subject.
    private static bool TryReadSizes(scoped ref ReadOnlySpan<byte> rest, bool hasHeaders, out ReadOnlySpan<byte> replyTo, out int headerLength, out int totalLength)
    {
        replyTo = default;
        headerLength = 0;
        totalLength = 0;
        if (!ControlLine.TryTakeToken(ref rest, out var first))
        {
            return false;
        }

        if (!hasHeaders)
        {
            if (!rest.IsEmpty)
            {
                replyTo = first;
                if (!ControlLine.TryTakeToken(ref rest, out first))
                {
                    return false;
                }
            }

            return rest.IsEmpty && ControlLine.TryParseSize(first, out totalLength);
        }

        if (!ControlLine.TryTakeToken(ref rest, out var second))
        {
            return false;
        }

        if (!rest.IsEmpty)
        {
            replyTo = first;
            first = second;
            if (!ControlLine.TryTakeToken(ref rest, out second))
            {
                return false;
            }
        }

        return rest.IsEmpty
            && ControlLine.TryParseSize(first, out headerLength)
            && ControlLine.TryParseSize(second, out totalLength)
            && headerLength <= totalLength;
    }

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
            throw NatsProtocolViolationException.Create(ProtocolViolation.UnknownOperation, "The server sent bytes that cannot become a NATS operation.", buffer);
        }

        // One byte of grace for the CR of a line that is exactly as long as allowed.
        CheckLineLength(buffer[..^1]);
    }

    private void CheckLineLength(ReadOnlySpan<byte> line)
    {
        var limit = ControlLine.StartsWithVerb(line, "INFO"u8) ? limits.MaxInfo : limits.MaxControlLine;
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

    [DoesNotReturn]
    private static void ThrowMalformed(ReadOnlySpan<byte> line) =>
        throw NatsProtocolViolationException.Create(ProtocolViolation.MalformedArguments, "The server sent a message with malformed arguments.", line);
}
