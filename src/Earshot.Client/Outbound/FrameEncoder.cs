using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>One message as its frame, encoded in place: head, headers, payload, line end. It keeps nothing and takes no lock.</summary>
internal static class FrameEncoder
{
    /// <summary>Upper bound of what <see cref="Encode"/> writes.</summary>
    public static int Measure(in OutgoingMessage message) => message.ReplyInbox.IsEmpty
        ? ClientOperationWriter.MeasurePublish(message.Subject, message.ReplyTo, message.HeadersLength, message.Payload.Length)
        : ClientOperationWriter.MeasurePublish(message.Subject, message.ReplyInbox, message.HeadersLength, message.Payload.Length);

    /// <summary>Writes the frame and returns its length.</summary>
    public static int Encode(in OutgoingMessage message, Span<byte> target)
    {
        int length = WriteHead(message, target);
        if (message.HeadersLength > 0)
        {
            int written = HeaderCodec.Write(message.Headers!, target[length..]);
            // Nothing is committed yet; a frame whose length is wrong would end the session.
            if (written != message.HeadersLength)
                throw new InvalidOperationException("The headers were changed by another thread while they were being published.");
            length += written;
        }

        message.Payload.CopyTo(target[length..]);
        length += message.Payload.Length;
        target[length++] = (byte)'\r';
        target[length++] = (byte)'\n';
        return length;
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
