using System.Text;
using Earshot.Messages;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>
/// The queue between the read loop and the readers of one subscription: one writer, and readers that take turns. Messages wait as the
/// bytes that came, and become objects when they are read, on the reader's time. Rings double while readers lag, and behind the
/// largest comes another one; nothing is allocated until the first message, and nothing in a steady flow. It counts but does not limit.
/// </summary>
internal sealed class MessageQueue
{
    private const int FirstRing = 256;
    private const int LargestRing = 32 * 1024; // of a queue that is long

    private QueueLanes? _lanes; // made by the writer with the first message

    public long EnqueuedMessages => Volatile.Read(ref _lanes) is { } lanes ? Volatile.Read(ref lanes.Writer.Messages) : 0;

    public long DequeuedMessages => Volatile.Read(ref _lanes) is { } lanes ? Volatile.Read(ref lanes.Reader.Messages) : 0;

    /// <summary>Those of the dequeued ones that were not evicted.</summary>
    public long DeliveredMessages => Volatile.Read(ref _lanes) is { } lanes ? Volatile.Read(ref lanes.Reader.Delivered) : 0;

    public long PendingMessages => Math.Max(0, EnqueuedMessages - DequeuedMessages);

    public long PendingBytes => Volatile.Read(ref _lanes) is { } lanes ? Math.Max(0, Volatile.Read(ref lanes.Writer.Bytes) - Volatile.Read(ref lanes.Reader.Bytes)) : 0;

    public bool IsEmpty => EnqueuedMessages == DequeuedMessages;

    /// <summary>
    /// Writer only: true when no more than this is pending for sure. It asks the reader's counts, which lie in a cache line
    /// that the reader keeps writing, only when what it remembers of them does not suffice.
    /// </summary>
    public bool IsSurelyWithin(long messages, long bytes)
    {
        if (_lanes is not { } lanes)
        {
            return messages >= 0 && bytes >= 0;
        }

        ref QueueLanes.WriterLane writer = ref lanes.Writer;
        if (writer.Messages - writer.SeenMessages <= messages && writer.Bytes - writer.SeenBytes <= bytes)
        {
            return true;
        }

        writer.SeenBytes = Volatile.Read(ref lanes.Reader.Bytes);
        writer.SeenMessages = Volatile.Read(ref lanes.Reader.Messages);
        return writer.Messages - writer.SeenMessages <= messages && writer.Bytes - writer.SeenBytes <= bytes;
    }

    /// <summary>Writer only. <paramref name="form"/> is the same at each call, here and at <see cref="TryDequeue(WaitingForm, out InboundMessage)"/>.</summary>
    public void Enqueue(in ServerOperation message, WaitingForm form)
    {
        WaitingHead head = form.HeadOf(message);
        QueueLanes lanes = _lanes ?? Begin();
        if (head.IsBeside)
        {
            (lanes.Beside ??= new()).Enqueue(InboundMessage.Join(message.Headers, message.Payload, form.IsPooled(head)));
        }
        // Counted before it can be taken, so that a count of nothing means that nothing is there or on its way.
        ref QueueLanes.WriterLane writer = ref lanes.Writer;
        Volatile.Write(ref writer.Bytes, writer.Bytes + form.Count(head));
        Volatile.Write(ref writer.Messages, writer.Messages + 1);
        if (!writer.Ring.TryAppend(head, message))
        {
            AppendToNext(lanes, head, message);
        }
    }

    public bool TryDequeue(WaitingForm form, out InboundMessage message) => TryTake(form, isDelivered: true, default, out _, out message);

    /// <summary>The same for who reads the reply subject as bytes: what fits into <paramref name="replyTo"/> becomes no string.</summary>
    public bool TryDequeue(WaitingForm form, Span<byte> replyTo, out int replyLength, out InboundMessage message) =>
        TryTake(form, isDelivered: true, replyTo, out replyLength, out message);

    /// <summary>The oldest message gives way to a newer one.</summary>
    public bool TryEvict(WaitingForm form, out InboundMessage message) => TryTake(form, isDelivered: false, default, out _, out message);

    /// <summary>Nothing is here. Whoever took the last message sees what the caller has written before.</summary>
    public bool IsDrained()
    {
        if (Volatile.Read(ref _lanes) is not { } lanes)
        {
            return true;
        }

        using var turn = new ReaderTurn(ref lanes.Reader.Turn);
        return IsEmpty;
    }

    private bool TryTake(WaitingForm form, bool isDelivered, Span<byte> replyTo, out int replyLength, out InboundMessage message)
    {
        message = default;
        replyLength = 0;
        if (Volatile.Read(ref _lanes) is not { } lanes)
        {
            return false;
        }

        ref QueueLanes.ReaderLane reader = ref lanes.Reader;
        using var turn = new ReaderTurn(ref reader.Turn);
        if (!TryPeek(lanes, out WaitingMessage waiting))
        {
            return false;
        }

        WaitingHead head = waiting.Head;
        if (head.ReplyTo <= replyTo.Length)
        {
            replyLength = head.ReplyTo;
            waiting.ReplyTo.CopyTo(replyTo);
        }

        message = Read(waiting, form, lanes, replyLength > 0);
        reader.Ring.Advance(head);
        if (isDelivered)
        {
            Volatile.Write(ref reader.Delivered, reader.Delivered + 1);
        }

        Volatile.Write(ref reader.Bytes, reader.Bytes + form.Count(head));
        Volatile.Write(ref reader.Messages, reader.Messages + 1);
        return true;
    }

    private static void AppendToNext(QueueLanes lanes, WaitingHead head, in ServerOperation message)
    {
        MessageRing last = lanes.Writer.Ring;
        int capacity = Math.Max(Math.Min(LargestRing, last.Capacity * 2), MessageRing.CapacityFor(head.Length));
        var next = new MessageRing(capacity);
        next.TryAppend(head, message);
        Volatile.Write(ref last.Next, next);
        lanes.Writer.Ring = next;
    }

    private static InboundMessage Read(in WaitingMessage waiting, WaitingForm form, QueueLanes lanes, bool isReplyTaken)
    {
        WaitingHead head = waiting.Head;
        string subject = head.Subject == 0 ? form.Subject : (lanes.Reader.Subjects ??= new SubjectCache()).Get(waiting.Subject);
        string? replyTo = head.ReplyTo == 0 || isReplyTaken ? null : Encoding.UTF8.GetString(waiting.ReplyTo);
        bool isPooled = form.IsPooled(head);
        byte[]? content = null;
        if (!head.IsBeside)
        {
            content = InboundMessage.Join(waiting.Content, default, isPooled);
        }
        else
        {
            lanes.Beside!.TryDequeue(out content);
        }

        return new InboundMessage(subject, replyTo, content!, head.Headers, head.Payload, isPooled);
    }

    private static bool TryPeek(QueueLanes lanes, out WaitingMessage waiting)
    {
        MessageRing ring = lanes.Reader.Ring;
        if (ring.TryPeek(out waiting))
        {
            return true;
        }
        // The writer links the next ring only after filling this one, so look once more before leaving it.
        if (Volatile.Read(ref ring.Next) is not { } next)
        {
            return false;
        }

        if (ring.TryPeek(out waiting))
        {
            return true;
        }

        lanes.Reader.Ring = next;
        ring.Release();
        return next.TryPeek(out waiting);
    }

    private QueueLanes Begin()
    {
        var lanes = new QueueLanes(new MessageRing(FirstRing));
        Volatile.Write(ref _lanes, lanes);
        return lanes;
    }
}
