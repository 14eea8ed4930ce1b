using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>
/// One message as its frame, encoded in place: head, headers, payload, line end. It keeps the encoded head of the last
/// subject, because publishers repeat one string; one thread at a time may use it.
/// </summary>
internal sealed class FrameEncoder
{
    private string? _subject;
    private byte[] _head = []; // "PUB subject ", in an array that is used again: replies have a new subject each
    private int _headLength;

    /// <summary>Upper bound of what <see cref="Encode"/> writes.</summary>
    public static int Measure(in OutgoingMessage message) => message.ReplyInbox.IsEmpty
        ? ClientOperationWriter.MeasurePublish(message.Subject, message.ReplyTo, message.HeadersLength, message.Payload.Length)
        : ClientOperationWriter.MeasurePublish(message.Subject, message.ReplyInbox, message.HeadersLength, message.Payload.Length);

    /// <summary>Writes the frame and returns its length.</summary>
    public int Encode(in OutgoingMessage message, Span<byte> target)
    {
        int length;
        if (message.HeadersLength == 0 && message.ReplyTo is null && message.ReplyInbox.IsEmpty)
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
            Remember(message.Subject);
        ReadOnlySpan<byte> head = _head.AsSpan(0, _headLength);
        head.CopyTo(target);
        return head.Length + ClientOperationWriter.WriteSizeLine(target[head.Length..], message.Payload.Length);
    }

    private void Remember(string subject)
    {
        Span<byte> head = stackalloc byte[SubjectRules.MaxControlLine];
        _headLength = ClientOperationWriter.WritePublishVerb(head, subject);
        if (_headLength > _head.Length)
            _head = new byte[_headLength];
        head[.._headLength].CopyTo(_head);
        _subject = subject;
    }

    private static int WriteHeaders(in OutgoingMessage message, Span<byte> target)
    {
        if (message.HeadersLength == 0)
            return 0;
        int written = HeaderCodec.Write(message.Headers!, target);
        // Nothing is committed yet; a frame whose length is wrong would end the session.
        return written == message.HeadersLength
            ? written
            : throw new InvalidOperationException("The headers were changed by another thread while they were being published.");
    }

    private static int WriteHead(in OutgoingMessage message, Span<byte> target)
    {
        int headers = message.HeadersLength;
        int payload = message.Payload.Length;
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
}
