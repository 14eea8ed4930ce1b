using System.Buffers;
using Earshot.Protocol;

namespace Earshot.JetStream.Publishing;

/// <summary>Writes a publish as a complete frame, before all other data of a new session, where no buffer accepts it.</summary>
internal static class PublishFrame
{
    public static void Write(IBufferWriter<byte> writer, in PublishMessage message, ReadOnlySpan<byte> replyTo)
    {
        int headers = message.MeasureHeaders();
        ReadOnlySpan<byte> payload = message.Payload.Memory.Span;
        Span<byte> target = writer.GetSpan(ClientOperationWriter.MeasurePublish(message.Subject, replyTo, headers, payload.Length));
        int length = headers == 0
            ? ClientOperationWriter.WritePublishHead(target, message.Subject, replyTo, payload.Length)
            : ClientOperationWriter.WriteHeadersPublishHead(target, message.Subject, replyTo, headers, payload.Length);
        if (headers > 0)
        {
            length += HeaderCodec.Write(message.Headers, message.HeaderLines, target[length..]);
        }

        payload.CopyTo(target[length..]);
        length += payload.Length;
        "\r\n"u8.CopyTo(target[length..]);
        writer.Advance(length + 2);
    }
}
