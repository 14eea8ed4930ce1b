using System.Text;
using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>
/// One message as its frame, encoded in place: head, headers, payload, line end. It keeps the encoded head of the last
/// message, because publishers repeat one string and often one size; one thread at a time may use it.
/// </summary>
internal sealed class FrameEncoder
{
    private const int LineEnd = 2;

    private string? _subject;
    private string? _replyTo;
    private byte[] _head = []; // "HPUB subject [reply] [headers] size" and the line end, in an array that is used again: replies have a new subject each
    private int _verbLength; // of it up to the sizes
    private int _headLength; // of all, or without headers of all but the H
    private int _headers;
    private int _size;

    /// <summary>
    /// Whether these strings are the subject and the reply subject of the last message, and so valid ones. Needs no lock: they may be of
    /// different messages, so that their sum must still be checked.
    /// </summary>
    public bool IsLast(string subject, string? replyTo) =>
        subject is not null && ReferenceEquals(subject, Volatile.Read(ref _subject)) && (replyTo is null || ReferenceEquals(replyTo, Volatile.Read(ref _replyTo)));

    /// <summary>Encodes a message, if it fits and its payload has the length that it says.</summary>
    public bool TryEncodePlain<TPayload>(string subject, string? replyTo, TPayload payload, Span<byte> target, out int written)
        where TPayload : IPlainPayload, allows ref struct
    {
        written = 0;
        if (!ReferenceEquals(subject, _subject) || !ReferenceEquals(replyTo, _replyTo))
        {
            Remember(subject, replyTo);
        }

        int length = payload.Length;
        if (length != _size || payload.HeadersLength != _headers)
        {
            RememberSizes(payload.HeadersLength, length);
        }

        int headLength = _headLength;
        if (target.Length < (long)headLength + length + LineEnd)
        {
            return false;
        }

        _head.AsSpan(payload.HeadersLength > 0 ? 0 : 1, headLength).CopyTo(target);
        target = target[headLength..];
        if (!payload.TryWrite(target[..length]))
        {
            return false;
        }

        target = target.Slice(length, LineEnd);
        target[1] = (byte)'\n';
        target[0] = (byte)'\r';
        written = headLength + length + LineEnd;
        return true;
    }

    /// <summary>Upper bound of what <see cref="Encode"/> writes.</summary>
    public static int Measure(in OutgoingMessage message) => !message.SubjectBytes.IsEmpty
        ? ClientOperationWriter.MeasurePublish(message.ReplyTo ?? "", message.SubjectBytes, message.HeadersLength, message.Payload.Length) + message.ReplyInbox.Length
        : message.ReplyInbox.IsEmpty
        ? ClientOperationWriter.MeasurePublish(message.Subject, message.ReplyTo, message.HeadersLength, message.Payload.Length)
        : ClientOperationWriter.MeasurePublish(message.Subject, message.ReplyInbox, message.HeadersLength, message.Payload.Length);

    /// <summary>Writes the frame and returns its length.</summary>
    public int Encode(in OutgoingMessage message, Span<byte> target)
    {
        int length = message.ReplyInbox.IsEmpty && message.SubjectBytes.IsEmpty ? WriteKnownHead(message, target) : WriteHead(message, target);
        length += WriteHeaders(message, target[length..]);
        ReadOnlySpan<byte> payload = message.Payload;
        payload.CopyTo(target[length..]);
        length += payload.Length;
        target[length + 1] = (byte)'\n';
        target[length] = (byte)'\r';
        return length + 2;
    }

    private int WriteKnownHead(in OutgoingMessage message, Span<byte> target)
    {
        if (!ReferenceEquals(message.Subject, _subject) || !ReferenceEquals(message.ReplyTo, _replyTo))
        {
            Remember(message.Subject, message.ReplyTo);
        }

        if (message.Size != _size || message.HeadersLength != _headers)
        {
            RememberSizes(message.HeadersLength, message.Size);
        }

        _head.AsSpan(message.HeadersLength > 0 ? 0 : 1, _headLength).CopyTo(target);
        return _headLength;
    }

    private void Remember(string subject, string? replyTo)
    {
        int longest = ((subject.Length + (replyTo?.Length ?? 0)) * WireText.MaxBytesPerChar) + ClientOperationWriter.MaxVerb + WireText.MaxSizeDigits + 1 + ClientOperationWriter.MaxSizeLine;
        if (longest > _head.Length)
        {
            _head = new byte[longest];
        }

        _verbLength = ClientOperationWriter.WritePublishVerb(_head, subject, replyTo);
        _size = -1;
        (_subject, _replyTo) = (subject, replyTo);
    }

    private void RememberSizes(int headers, int size)
    {
        Span<byte> sizes = _head.AsSpan(_verbLength);
        _headLength = headers > 0
            ? _verbLength + ClientOperationWriter.WriteSizes(sizes, headers, size - headers)
            : _verbLength - 1 + ClientOperationWriter.WriteSizeLine(sizes, size);
        (_headers, _size) = (headers, size);
    }

    private static int WriteHeaders(in OutgoingMessage message, Span<byte> target)
    {
        if (message.HeadersLength == 0)
        {
            return 0;
        }

        int written = HeaderCodec.Write(message.Headers, message.HeaderLines, target);
        // Nothing is committed yet; a frame whose length is wrong would end the session.
        return written == message.HeadersLength
            ? written
            : throw new InvalidOperationException("The headers were changed by another thread while they were being published.");
    }

    private static int WriteHead(in OutgoingMessage message, Span<byte> target)
    {
        int headers = message.HeadersLength;
        int payload = message.Payload.Length;
        if (!message.SubjectBytes.IsEmpty)
        {
            return WriteEncodedHead(message, target);
        }

        return headers == 0
            ? ClientOperationWriter.WritePublishHead(target, message.Subject, message.ReplyInbox, payload)
            : ClientOperationWriter.WriteHeadersPublishHead(target, message.Subject, message.ReplyInbox, headers, payload);
    }

    private static int WriteEncodedHead(in OutgoingMessage message, Span<byte> target)
    {
        scoped ReadOnlySpan<byte> replyTo = message.ReplyInbox;
        if (replyTo.IsEmpty && message.ReplyTo is { } text)
        {
            int longest = text.Length * WireText.MaxBytesPerChar;
            Span<byte> encoded = longest <= SubjectRules.MaxControlLine ? stackalloc byte[SubjectRules.MaxControlLine] : new byte[longest];
            replyTo = encoded[..Encoding.UTF8.GetBytes(text, encoded)];
        }

        return message.HeadersLength == 0
            ? ClientOperationWriter.WritePublishHead(target, message.SubjectBytes, replyTo, message.Payload.Length)
            : ClientOperationWriter.WriteHeadersPublishHead(target, message.SubjectBytes, replyTo, message.HeadersLength, message.Payload.Length);
    }
}
