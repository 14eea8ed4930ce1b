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

    private QueueSides? _sides; // made by the writer with the first message

    public long EnqueuedMessages => Volatile.Read(ref _sides) is { } sides ? Volatile.Read(ref sides.Writer.Messages) : 0;

    public long DequeuedMessages => Volatile.Read(ref _sides) is { } sides ? Volatile.Read(ref sides.Reader.Messages) : 0;

    /// <summary>Those of the dequeued ones that were not evicted.</summary>
    public long DeliveredMessages => Volatile.Read(ref _sides) is { } sides ? Volatile.Read(ref sides.Reader.Delivered) : 0;

    public long PendingMessages => Math.Max(0, EnqueuedMessages - DequeuedMessages);

    public long PendingBytes => Volatile.Read(ref _sides) is { } sides ? Math.Max(0, Volatile.Read(ref sides.Writer.Bytes) - Volatile.Read(ref sides.Reader.Bytes)) : 0;

    public bool IsEmpty => EnqueuedMessages == DequeuedMessages;

    /// <summary>
    /// Writer only: true when at most this is certainly pending. It reads the reader's counts, which lie in a cache line
    /// that the reader keeps writing, only when what it remembers of them does not suffice.
    /// </summary>
    public bool IsWithinCachedCounts(long messages, long bytes)
    {
        if (_sides is not { } sides)
        {
            return messages >= 0 && bytes >= 0;
        }

        ref QueueSides.ProducerSide writer = ref sides.Writer;
        if (writer.Messages - writer.CachedMessages <= messages && writer.Bytes - writer.CachedBytes <= bytes)
        {
            return true;
        }

        writer.CachedBytes = Volatile.Read(ref sides.Reader.Bytes);
        writer.CachedMessages = Volatile.Read(ref sides.Reader.Messages);
        return writer.Messages - writer.CachedMessages <= messages && writer.Bytes - writer.CachedBytes <= bytes;
    }

    /// <summary>Writer only. <paramref name="form"/> is the same at each call, here and at <see cref="TryDequeue(QueueFormat, out InboundMessage)"/>.</summary>
    public void Enqueue(in ServerOperation message, QueueFormat form)
    {
        QueuedHeader head = form.HeadOf(message);
        QueueSides sides = _sides ?? Begin();
        if (head.IsOverflow)
        {
            (sides.Overflow ??= new()).Enqueue(InboundMessage.Join(message.Headers, message.Payload, form.IsPooled(head)));
        }
        // Counted before it can be taken, so that a count of zero means that nothing is queued or being queued.
        ref QueueSides.ProducerSide writer = ref sides.Writer;
        Volatile.Write(ref writer.Bytes, writer.Bytes + form.Count(head));
        Volatile.Write(ref writer.Messages, writer.Messages + 1);
        if (!writer.Ring.TryAppend(head, message))
        {
            AppendToNext(sides, head, message);
        }
    }

    public bool TryDequeue(QueueFormat form, out InboundMessage message) => TryTake(form, isDelivered: true, default, out _, out message);

    /// <summary>The same for who reads the reply subject as bytes: what fits into <paramref name="replyTo"/> becomes no string.</summary>
    public bool TryDequeue(QueueFormat form, Span<byte> replyTo, out int replyLength, out InboundMessage message) =>
        TryTake(form, isDelivered: true, replyTo, out replyLength, out message);

    /// <summary>Evicts the oldest message in favor of a newer one.</summary>
    public bool TryEvict(QueueFormat form, out InboundMessage message) => TryTake(form, isDelivered: false, default, out _, out message);

    /// <summary>The queue is empty. The thread that took the last message sees the earlier writes of the caller.</summary>
    public bool IsDrained()
    {
        if (Volatile.Read(ref _sides) is not { } sides)
        {
            return true;
        }

        using var turn = new SpinLockScope(ref sides.Reader.ConsumerLock);
        return IsEmpty;
    }

    private bool TryTake(QueueFormat form, bool isDelivered, Span<byte> replyTo, out int replyLength, out InboundMessage message)
    {
        message = default;
        replyLength = 0;
        if (Volatile.Read(ref _sides) is not { } sides)
        {
            return false;
        }

        ref QueueSides.ConsumerSide reader = ref sides.Reader;
        using var turn = new SpinLockScope(ref reader.ConsumerLock);
        if (!TryPeek(sides, out QueuedMessage waiting))
        {
            return false;
        }

        QueuedHeader head = waiting.Head;
        if (head.ReplyTo <= replyTo.Length)
        {
            replyLength = head.ReplyTo;
            waiting.ReplyTo.CopyTo(replyTo);
        }

        message = Read(waiting, form, sides, replyLength > 0);
        reader.Ring.Advance(head);
        if (isDelivered)
        {
            Volatile.Write(ref reader.Delivered, reader.Delivered + 1);
        }

        Volatile.Write(ref reader.Bytes, reader.Bytes + form.Count(head));
        Volatile.Write(ref reader.Messages, reader.Messages + 1);
        return true;
    }

    private static void AppendToNext(QueueSides sides, QueuedHeader head, in ServerOperation message)
    {
        MessageRing last = sides.Writer.Ring;
        int capacity = Math.Max(Math.Min(LargestRing, last.Capacity * 2), MessageRing.CapacityFor(head.Length));
        var next = new MessageRing(capacity);
        next.TryAppend(head, message);
        Volatile.Write(ref last.Next, next);
        sides.Writer.Ring = next;
    }

    private static InboundMessage Read(in QueuedMessage waiting, QueueFormat form, QueueSides sides, bool isReplyTaken)
    {
        QueuedHeader head = waiting.Head;
        string subject = head.Subject == 0 ? form.Subject : (sides.Reader.Subjects ??= new SubjectCache()).Get(waiting.Subject);
        string? replyTo = head.ReplyTo == 0 || isReplyTaken ? null : Encoding.UTF8.GetString(waiting.ReplyTo);
        bool isPooled = form.IsPooled(head);
        byte[]? content = null;
        if (!head.IsOverflow)
        {
            content = InboundMessage.Join(waiting.Content, default, isPooled);
        }
        else
        {
            sides.Overflow!.TryDequeue(out content);
        }

        return new InboundMessage(subject, replyTo, content!, head.Headers, head.Payload, isPooled);
    }

    private static bool TryPeek(QueueSides sides, out QueuedMessage waiting)
    {
        MessageRing ring = sides.Reader.Ring;
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

        sides.Reader.Ring = next;
        ring.Release();
        return next.TryPeek(out waiting);
    }

    private QueueSides Begin()
    {
        var sides = new QueueSides(new MessageRing(FirstRing));
        Volatile.Write(ref _sides, sides);
        return sides;
    }
}
