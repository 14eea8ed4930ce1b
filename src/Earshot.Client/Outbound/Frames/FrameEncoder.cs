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
    private byte[] _head = []; // "PUB subject size" and the line end, in an array that is used again: replies have a new subject each
    private int _verbLength; // of it up to the size
    private int _headLength;
    private int _size;

    /// <summary>Whether this string is the subject of the last plain message. Without the gate a hint.</summary>
    public bool IsCachedSubject(string subject) => ReferenceEquals(subject, Volatile.Read(ref _subject));

    /// <summary>Encodes a message without headers and reply whose subject is known, if it fits.</summary>
    public bool TryEncodePlain(string subject, ReadOnlySpan<byte> payload, Span<byte> target, out int written)
    {
        written = 0;
        if (!ReferenceEquals(subject, _subject))
        {
            return false;
        }

        if (payload.Length != _size)
        {
            RememberSize(payload.Length);
        }

        int headLength = _headLength;
        if (target.Length < (long)headLength + payload.Length + LineEnd)
        {
            return false;
        }

        _head.AsSpan(0, headLength).CopyTo(target);
        target = target[headLength..];
        payload.CopyTo(target);
        target = target.Slice(payload.Length, LineEnd);
        target[1] = (byte)'\n';
        target[0] = (byte)'\r';
        written = headLength + payload.Length + LineEnd;
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
        int length;
        if (message.HeadersLength == 0 && message.ReplyTo is null && message.ReplyInbox.IsEmpty && message.SubjectBytes.IsEmpty)
        {
            length = WritePlainHead(message, target);
        }
        else
        {
            length = WriteHead(message, target);
            length += WriteHeaders(message, target[length..]);
        }

        ReadOnlySpan<byte> payload = message.Payload;
        payload.CopyTo(target[length..]);
        length += payload.Length;
        target[length + 1] = (byte)'\n';
        target[length] = (byte)'\r';
        return length + 2;
    }

    private int WritePlainHead(in OutgoingMessage message, Span<byte> target)
    {
        if (!ReferenceEquals(message.Subject, _subject))
        {
            Remember(message.Subject);
        }

        if (message.Payload.Length != _size)
        {
            RememberSize(message.Payload.Length);
        }

        _head.AsSpan(0, _headLength).CopyTo(target);
        return _headLength;
    }

    private void Remember(string subject)
    {
        int longest = (subject.Length * WireText.MaxBytesPerChar) + ClientOperationWriter.MaxVerb;
        Span<byte> head = longest <= SubjectRules.MaxControlLine ? stackalloc byte[SubjectRules.MaxControlLine] : new byte[longest];
        _verbLength = ClientOperationWriter.WritePublishVerb(head, subject);
        if (_verbLength + ClientOperationWriter.MaxSizeLine > _head.Length)
        {
            _head = new byte[_verbLength + ClientOperationWriter.MaxSizeLine];
        }

        head[.._verbLength].CopyTo(_head);
        _size = -1;
        _subject = subject;
    }

    private void RememberSize(int size)
    {
        _headLength = _verbLength + ClientOperationWriter.WriteSizeLine(_head.AsSpan(_verbLength), size);
        _size = size;
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

        if (message.ReplyInbox.IsEmpty)
        {
            return headers == 0
                ? ClientOperationWriter.WritePublishHead(target, message.Subject, message.ReplyTo, payload)
                : ClientOperationWriter.WriteHeadersPublishHead(target, message.Subject, message.ReplyTo, headers, payload);
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
