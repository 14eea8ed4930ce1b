namespace Earshot.Protocol;

/// <summary>
/// Reads what a client sends, with the tolerances a NATS server has. Decides about framing only: permissions, subjects and
/// the JSON of CONNECT are for the caller to judge.
/// </summary>
internal sealed class ClientOperationReader(ProtocolLimits limits)
{
    // The order is the order of likelihood.
    private static ReadOnlySpan<ClientOperationKind> Kinds =>
    [
        ClientOperationKind.Publish, ClientOperationKind.HeadersPublish, ClientOperationKind.Subscribe, ClientOperationKind.Unsubscribe,
        ClientOperationKind.Ping, ClientOperationKind.Pong, ClientOperationKind.Connect, ClientOperationKind.Info, ClientOperationKind.Ok,
        ClientOperationKind.Error,
    ];

    /// <summary>
    /// After a false <see cref="TryRead"/>: the smallest total length of the buffer for which another try can succeed.
    /// </summary>
    public int BytesNeeded { get; private set; } = 1;

    /// <summary>Reads the operation at the start of the buffer; false when the buffer does not hold all of it yet.</summary>
    /// <exception cref="NatsProtocolViolationException">The bytes are no NATS; a server closes the connection.</exception>
    public bool TryRead(ReadOnlySpan<byte> buffer, out ClientOperation operation, out int consumed)
    {
        operation = default;
        consumed = 0;
        int lineFeed = buffer.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = lineFeed < 0 ? buffer : ControlLine.WithoutLineEnd(buffer, lineFeed);
        if (!TryFindVerb(line, out ClientOperationKind kind, out int verbLength))
        {
            if (lineFeed < 0 && MayBecomeOperation(line))
            {
                BytesNeeded = buffer.Length + 1;
                return false;
            }

            throw Violation(ProtocolViolation.UnknownOperation, "The client sent an unknown operation.", line);
        }

        ReadOnlySpan<byte> arguments = ControlLine.SkipSeparators(line[verbLength..]);
        if (arguments.Length > limits.MaxControlLine + (lineFeed < 0 ? 1 : 0))
        {
            throw Violation(ProtocolViolation.ControlLineTooLong, $"The client sent a control line of more than {limits.MaxControlLine} bytes.", line);
        }

        if (lineFeed < 0)
        {
            BytesNeeded = buffer.Length + 1;
            return false;
        }

        if (kind is ClientOperationKind.Publish or ClientOperationKind.HeadersPublish)
        {
            return TryReadPublish(buffer, line, arguments, kind, lineFeed + 1, out operation, out consumed);
        }

        consumed = lineFeed + 1;
        operation = kind switch
        {
            ClientOperationKind.Subscribe => ReadSubscribe(line, arguments),
            ClientOperationKind.Unsubscribe => ReadUnsubscribe(line, arguments),
            _ => new ClientOperation { Kind = kind, Json = ControlLine.TrimSeparators(arguments) },
        };
        return true;
    }

    private bool TryReadPublish(
        ReadOnlySpan<byte> buffer, ReadOnlySpan<byte> line, ReadOnlySpan<byte> arguments, ClientOperationKind kind, int bodyStart, out ClientOperation operation, out int consumed)
    {
        operation = default;
        consumed = 0;
        if (!TryReadPublishArguments(arguments, kind, out ReadOnlySpan<byte> subject, out ReadOnlySpan<byte> replyTo, out int headerLength, out int totalLength))
        {
            throw Malformed(line);
        }

        if (totalLength > limits.MaxMessage)
        {
            throw Violation(ProtocolViolation.MessageTooLarge, $"The client announced a message of {totalLength} bytes; the limit is {limits.MaxMessage}.", line);
        }

        int end = bodyStart + totalLength;
        if (buffer.Length < end + 2)
        {
            BytesNeeded = end + 2;
            return false;
        }

        if (buffer[end] != (byte)'\r' || buffer[end + 1] != (byte)'\n')
        {
            throw Violation(ProtocolViolation.UnknownOperation, "The payload of a publish is not terminated by CRLF.", line);
        }

        operation = new ClientOperation
        {
            Kind = kind,
            Subject = subject,
            ReplyTo = replyTo,
            Headers = buffer.Slice(bodyStart, headerLength),
            Payload = buffer[(bodyStart + headerLength)..end],
        };
        consumed = end + 2;
        return true;
    }

    private static bool TryReadPublishArguments(
        ReadOnlySpan<byte> arguments, ClientOperationKind kind, out ReadOnlySpan<byte> subject, out ReadOnlySpan<byte> replyTo, out int headerLength, out int totalLength)
    {
        replyTo = default;
        headerLength = 0;
        totalLength = 0;
        int sizes = kind == ClientOperationKind.Publish ? 1 : 2;
        int count = CountTokens(arguments);
        if (!ControlLine.TryTakeToken(ref arguments, out subject) || count < sizes + 1 || count > sizes + 2)
        {
            return false;
        }

        if (count == sizes + 2 && !ControlLine.TryTakeToken(ref arguments, out replyTo))
        {
            return false;
        }

        if (sizes == 2 && (!ControlLine.TryTakeToken(ref arguments, out ReadOnlySpan<byte> header) || !ControlLine.TryParseSize(header, out headerLength)))
        {
            return false;
        }

        return ControlLine.TryTakeToken(ref arguments, out ReadOnlySpan<byte> total)
            && ControlLine.TryParseSize(total, out totalLength)
            && headerLength <= totalLength;
    }

    private static ClientOperation ReadSubscribe(ReadOnlySpan<byte> line, ReadOnlySpan<byte> arguments)
    {
        Span<Range> tokens = stackalloc Range[3];
        int count = SplitLoosely(arguments, tokens);
        if (count is < 2 or > 3)
        {
            throw Malformed(line);
        }

        return new ClientOperation
        {
            Kind = ClientOperationKind.Subscribe,
            Subject = arguments[tokens[0]],
            QueueGroup = count == 3 ? arguments[tokens[1]] : default,
            Sid = arguments[tokens[count - 1]],
        };
    }

    private static ClientOperation ReadUnsubscribe(ReadOnlySpan<byte> line, ReadOnlySpan<byte> arguments)
    {
        Span<Range> tokens = stackalloc Range[2];
        int count = SplitLoosely(arguments, tokens);
        if (count is < 1 or > 2)
        {
            throw Malformed(line);
        }

        // A server takes a maximum that is no number as "now".
        return new ClientOperation
        {
            Kind = ClientOperationKind.Unsubscribe,
            Sid = arguments[tokens[0]],
            MaxMessages = count == 2 && ControlLine.TryParseSize(arguments[tokens[1]], out int maximum) ? maximum : 0,
        };
    }

    // In SUB and UNSUB, and there only, a server takes a CR for one more separator. Returns the number of tokens, which may be more
    // than there is room for.
    private static int SplitLoosely(ReadOnlySpan<byte> arguments, Span<Range> tokens)
    {
        int count = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            int length = arguments[i..].IndexOfAny((byte)' ', (byte)'\t', (byte)'\r');
            int end = length < 0 ? arguments.Length : i + length;
            if (end > i)
            {
                if (count < tokens.Length)
                {
                    tokens[count] = i..end;
                }

                count++;
            }

            i = end;
        }

        return count;
    }

    private static int CountTokens(ReadOnlySpan<byte> arguments)
    {
        int count = 0;
        bool inToken = false;
        foreach (byte character in arguments)
        {
            bool separator = ControlLine.IsSeparator(character);
            count += !separator && !inToken ? 1 : 0;
            inToken = !separator;
        }

        return count;
    }

    private static bool TryFindVerb(ReadOnlySpan<byte> line, out ClientOperationKind kind, out int length)
    {
        foreach (ClientOperationKind candidate in Kinds)
        {
            ReadOnlySpan<byte> verb = VerbOf(candidate);
            if (ControlLine.StartsWithVerb(line, verb) && IsEndOfVerb(candidate, line[verb.Length..]))
            {
                kind = candidate;
                length = verb.Length;
                return true;
            }
        }

        kind = default;
        length = 0;
        return false;
    }

    // Servers ignore whatever follows PING, PONG and +OK up to the line end.
    private static bool IsEndOfVerb(ClientOperationKind kind, ReadOnlySpan<byte> rest) =>
        kind is ClientOperationKind.Ping or ClientOperationKind.Pong or ClientOperationKind.Ok || rest.IsEmpty || ControlLine.IsSeparator(rest[0]);

    private static bool MayBecomeOperation(ReadOnlySpan<byte> text)
    {
        foreach (ClientOperationKind candidate in Kinds)
        {
            ReadOnlySpan<byte> verb = VerbOf(candidate);
            if (ControlLine.MayBecomeVerb(text, verb) && (text.Length <= verb.Length || text[verb.Length..] is [(byte)'\r']))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> VerbOf(ClientOperationKind kind) => kind switch
    {
        ClientOperationKind.Publish => "PUB"u8,
        ClientOperationKind.HeadersPublish => "HPUB"u8,
        ClientOperationKind.Subscribe => "SUB"u8,
        ClientOperationKind.Unsubscribe => "UNSUB"u8,
        ClientOperationKind.Ping => "PING"u8,
        ClientOperationKind.Pong => "PONG"u8,
        ClientOperationKind.Connect => "CONNECT"u8,
        ClientOperationKind.Info => "INFO"u8,
        ClientOperationKind.Ok => "+OK"u8,
        _ => "-ERR"u8,
    };

    private static NatsProtocolViolationException Violation(ProtocolViolation violation, string message, ReadOnlySpan<byte> line) =>
        // CONNECT carries credentials, so its line never becomes an excerpt.
        NatsProtocolViolationException.Create(violation, message, ControlLine.StartsWithVerb(line, "CONNECT"u8) ? line[..7] : line);

    private static NatsProtocolViolationException Malformed(ReadOnlySpan<byte> line) =>
        Violation(ProtocolViolation.MalformedArguments, "The client sent an operation with malformed arguments.", line);
}
