using System.Buffers;
using System.Runtime.CompilerServices;

namespace Earshot.Protocol;

/// <summary>
/// Writes what a client sends. Checks nothing: subjects have passed <see cref="SubjectRules"/> before, and the caller has
/// reserved as many bytes as the matching Measure method returns.
/// </summary>
[ForExtensions]
internal static class ClientOperationWriter
{
    /// <summary>"UNSUB ", the sid, a space, the maximum, the line end.</summary>
    public const int MaxUnsubscribe = 6 + WireText.MaxNumberDigits + 1 + WireText.MaxNumberDigits + 2;

    /// <summary>Servers read at most nine digits and take a longer maximum as "now", which would lose messages.</summary>
    public const long MaxUnsubscribeMessages = 999_999_999;

    /// <summary>A size and the line end behind it.</summary>
    public const int MaxSizeLine = WireText.MaxSizeDigits + 2;

    /// <summary>"PUB " or "HPUB ", and the spaces behind subject and reply subject.</summary>
    public const int MaxVerb = 7;

    // Verb, spaces, two sizes, the line end of the head and the one behind the payload.
    private const int MaxPublishOverhead = 5 + 1 + 1 + WireText.MaxSizeDigits + 1 + WireText.MaxSizeDigits + 2 + 2;

    private const int MaxSubscribeOverhead = 4 + 1 + 1 + WireText.MaxNumberDigits + 2;

    public static ReadOnlySpan<byte> Ping => "PING\r\n"u8;

    public static ReadOnlySpan<byte> Pong => "PONG\r\n"u8;

    /// <summary>An upper bound of the whole frame: head, headers, payload and the final line end.</summary>
    [OverloadResolutionPriority(1)] // a literal null is the string
    public static int MeasurePublish(string subject, string? replyTo, int headersLength, int payloadLength) =>
        checked(MaxPublishOverhead + ((subject.Length + (replyTo?.Length ?? 0)) * WireText.MaxBytesPerChar) + headersLength + payloadLength);

    /// <inheritdoc cref="MeasurePublish(string, string?, int, int)"/>
    public static int MeasurePublish(string subject, ReadOnlySpan<byte> replyTo, int headersLength, int payloadLength) =>
        checked(MaxPublishOverhead + (subject.Length * WireText.MaxBytesPerChar) + replyTo.Length + headersLength + payloadLength);

    /// <summary>Writes <c>PUB subject [reply] size</c> and the line end; payload and CRLF follow by the caller.</summary>
    [OverloadResolutionPriority(1)] // a literal null is the string
    public static int WritePublishHead(Span<byte> destination, string subject, string? replyTo, int payloadLength)
    {
        int length = WireText.Write(destination, "PUB "u8);
        length += WriteSubjects(destination[length..], subject, replyTo);
        return length + WriteSizeLine(destination[length..], payloadLength);
    }

    /// <inheritdoc cref="WritePublishHead(Span{byte}, string, string?, int)"/>
    public static int WritePublishHead(Span<byte> destination, string subject, ReadOnlySpan<byte> replyTo, int payloadLength)
    {
        int length = WireText.Write(destination, "PUB "u8);
        length += WriteSubjects(destination[length..], subject, replyTo);
        return length + WriteSizeLine(destination[length..], payloadLength);
    }

    /// <summary>The same with a subject that is encoded already.</summary>
    [ForExtensions]
    public static int WritePublishHead(Span<byte> destination, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, int payloadLength)
    {
        int length = WireText.Write(destination, "PUB "u8);
        length += WriteSubjects(destination[length..], subject, replyTo);
        return length + WriteSizeLine(destination[length..], payloadLength);
    }

    /// <summary>
    /// Writes <c>HPUB subject [reply]</c> and a space: a head that lacks its sizes. Without its first byte it is that of a message without headers.
    /// </summary>
    public static int WritePublishVerb(Span<byte> destination, string subject, string? replyTo)
    {
        int length = WireText.Write(destination, "HPUB "u8);
        return length + WriteSubjects(destination[length..], subject, replyTo);
    }

    /// <summary>
    /// Writes <c>HPUB subject [reply] headers total</c> and the line end; headers, payload and CRLF follow by the caller.
    /// </summary>
    [OverloadResolutionPriority(1)] // a literal null is the string
    public static int WriteHeadersPublishHead(Span<byte> destination, string subject, string? replyTo, int headersLength, int payloadLength)
    {
        int length = WireText.Write(destination, "HPUB "u8);
        length += WriteSubjects(destination[length..], subject, replyTo);
        return length + WriteSizes(destination[length..], headersLength, payloadLength);
    }

    /// <inheritdoc cref="WriteHeadersPublishHead(Span{byte}, string, string?, int, int)"/>
    public static int WriteHeadersPublishHead(Span<byte> destination, string subject, ReadOnlySpan<byte> replyTo, int headersLength, int payloadLength)
    {
        int length = WireText.Write(destination, "HPUB "u8);
        length += WriteSubjects(destination[length..], subject, replyTo);
        return length + WriteSizes(destination[length..], headersLength, payloadLength);
    }

    /// <summary>The same with a subject that is encoded already.</summary>
    public static int WriteHeadersPublishHead(Span<byte> destination, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, int headersLength, int payloadLength)
    {
        int length = WireText.Write(destination, "HPUB "u8);
        length += WriteSubjects(destination[length..], subject, replyTo);
        return length + WriteSizes(destination[length..], headersLength, payloadLength);
    }

    /// <summary>An upper bound of the whole line.</summary>
    public static int MeasureSubscribe(string subject, string? queueGroup) =>
        MaxSubscribeOverhead + ((subject.Length + (queueGroup?.Length ?? 0)) * WireText.MaxBytesPerChar);

    /// <summary>Writes <c>SUB subject [queue] sid</c> and the line end.</summary>
    public static int WriteSubscribe(Span<byte> destination, string subject, string? queueGroup, long sid)
    {
        int length = WireText.Write(destination, "SUB "u8);
        length += WriteSubjects(destination[length..], subject, queueGroup);
        length += WireText.Write(destination[length..], sid);
        return length + WireText.Write(destination[length..], "\r\n"u8);
    }

    /// <summary>Writes <c>UNSUB sid [max]</c> and the line end; 0 messages means now.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="MaxUnsubscribeMessages"/>.</exception>
    public static int WriteUnsubscribe(Span<byte> destination, long sid, long maxMessages)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxMessages, MaxUnsubscribeMessages);
        int length = WireText.Write(destination, "UNSUB "u8);
        length += WireText.Write(destination[length..], sid);
        if (maxMessages > 0)
        {
            destination[length++] = (byte)' ';
            length += WireText.Write(destination[length..], maxMessages);
        }

        return length + WireText.Write(destination[length..], "\r\n"u8);
    }

    /// <summary>Writes <c>CONNECT {json}</c> and the line end.</summary>
    public static void WriteConnect(IBufferWriter<byte> writer, ConnectInfo info)
    {
        writer.Write("CONNECT "u8);
        ConnectInfoWriter.Write(writer, info);
        writer.Write("\r\n"u8);
    }

    private static int WriteSubjects(Span<byte> destination, string subject, string? second)
    {
        int length = WireText.Write(destination, subject);
        destination[length++] = (byte)' ';
        if (string.IsNullOrEmpty(second))
        {
            return length;
        }

        length += WireText.Write(destination[length..], second);
        destination[length++] = (byte)' ';
        return length;
    }

    private static int WriteSubjects(Span<byte> destination, string subject, ReadOnlySpan<byte> second)
    {
        int length = WireText.Write(destination, subject);
        return length + WriteSecond(destination[length..], second);
    }

    private static int WriteSubjects(Span<byte> destination, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> second)
    {
        int length = WireText.Write(destination, subject);
        return length + WriteSecond(destination[length..], second);
    }

    private static int WriteSecond(Span<byte> destination, ReadOnlySpan<byte> second)
    {
        int length = 0;
        destination[length++] = (byte)' ';
        if (second.IsEmpty)
        {
            return length;
        }

        length += WireText.Write(destination[length..], second);
        destination[length++] = (byte)' ';
        return length;
    }

    /// <summary>Writes the sizes and the line end that close a head of a message with headers.</summary>
    public static int WriteSizes(Span<byte> destination, int headersLength, int payloadLength)
    {
        int length = WireText.Write(destination, headersLength);
        destination[length++] = (byte)' ';
        return length + WriteSizeLine(destination[length..], checked(headersLength + payloadLength));
    }

    /// <summary>Writes the size and the line end that close a head.</summary>
    public static int WriteSizeLine(Span<byte> destination, int size)
    {
        int length = WireText.Write(destination, size);
        destination[length + 1] = (byte)'\n';
        destination[length] = (byte)'\r';
        return length + 2;
    }
}
