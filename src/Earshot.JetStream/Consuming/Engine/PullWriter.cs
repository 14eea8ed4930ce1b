using System.Buffers;
using Earshot.Outbound;
using Earshot.Protocol;

namespace Earshot.JetStream.Consuming;

/// <summary>Writes pull requests to the outbound buffer, or into the first write of a session.</summary>
internal sealed class PullWriter(ConsumerOrigin origin)
{
    private const int MaxFrame = 64;

    /// <summary>The JSON fields of the priority group. A pin belongs to one group.</summary>
    public byte[] Group
    {
        get;
        set => (field, Pin) = (value, value.AsSpan().SequenceEqual(field) ? Pin : null);
    } = [];

    /// <summary>The id of the pinned client; null: none.</summary>
    public string? Pin { get; set; }

    /// <summary>Writes a pull request to the outbound buffer. Returns false when it could not be written.</summary>
    public bool TryPublish(EpochTarget target, in PullAsk ask)
    {
        byte[] request = Request(ask, out int length);
        var message = new OutgoingMessage
        {
            Subject = "",
            SubjectBytes = origin.NextSubject,
            ReplyInbox = target.Inbox,
            Payload = request.AsSpan(0, length),
        };
        AppendResult result = origin.Hub.Port.TryPublish(message, needsSession: true, out _);
        ArrayPool<byte>.Shared.Return(request);
        return result == AppendResult.Appended;
    }

    public void WriteFrame(IBufferWriter<byte> writer, EpochTarget target, in PullAsk ask)
    {
        byte[] request = Request(ask, out int length);
        Span<byte> frame = writer.GetSpan(MaxFrame + origin.NextSubject.Length + target.Inbox.Length + length);
        int size = ClientOperationWriter.WritePublishHead(frame, origin.NextSubject, target.Inbox, length);
        request.AsSpan(0, length).CopyTo(frame[size..]);
        "\r\n"u8.CopyTo(frame[(size + length)..]);
        writer.Advance(size + length + 2);
        ArrayPool<byte>.Shared.Return(request);
    }

    private byte[] Request(in PullAsk ask, out int length)
    {
        (byte[] group, string? pin) = (Group, Pin);
        byte[] request = ArrayPool<byte>.Shared.Rent(PullRequest.MaxLength(group, pin));
        length = PullRequest.Write(request, ask, group, pin);
        return request;
    }
}
