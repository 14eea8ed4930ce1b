using Earshot.Messages;

namespace Earshot.Subscriptions;

/// <summary>
/// The queue between the read loop and one subscription: one writer, one reader at a time, no lock between them. Segments
/// are rings that double while the reader lags; nothing is allocated until the first message, and nothing in a steady flow.
/// It counts but does not limit.
/// </summary>
internal sealed class MessageQueue
{
    private const int FirstSegment = 8;
    private const int LargestSegment = 1024; // larger ones would live on the large object heap

    private Segment? _head; // the reader's
    private Segment? _tail; // the writer's

    // Each counter has one writer; the difference is what is pending.
    private long _enqueuedMessages;
    private long _enqueuedBytes;
    private long _dequeuedMessages;
    private long _dequeuedBytes;

    public long EnqueuedMessages => Volatile.Read(ref _enqueuedMessages);

    public long DequeuedMessages => Volatile.Read(ref _dequeuedMessages);

    public long PendingMessages => Math.Max(0, EnqueuedMessages - DequeuedMessages);

    public long PendingBytes => Math.Max(0, Volatile.Read(ref _enqueuedBytes) - Volatile.Read(ref _dequeuedBytes));

    public bool IsEmpty => EnqueuedMessages == DequeuedMessages;

    /// <summary>Writer only.</summary>
    public void Enqueue(in InboundMessage message)
    {
        // Counted before it can be taken, so that a count of nothing means that nothing is there or on its way.
        Volatile.Write(ref _enqueuedBytes, _enqueuedBytes + message.Size);
        Volatile.Write(ref _enqueuedMessages, _enqueuedMessages + 1);
        if (_tail is null)
        {
            _tail = new Segment(FirstSegment);
            Volatile.Write(ref _head, _tail);
        }

        if (!_tail.TryEnqueue(message))
        {
            var next = new Segment(Math.Min(LargestSegment, _tail.Capacity * 2));
            next.TryEnqueue(message);
            Volatile.Write(ref _tail.Next, next);
            _tail = next;
        }
    }

    /// <summary>One reader at a time.</summary>
    public bool TryDequeue(out InboundMessage message)
    {
        Segment? head = Volatile.Read(ref _head);
        if (head is null)
        {
            message = default;
            return false;
        }

        if (!head.TryDequeue(out message))
        {
            // The writer links the next segment only after filling this one, so look once more before leaving it.
            if (Volatile.Read(ref head.Next) is not { } next)
                return false;
            if (!head.TryDequeue(out message))
            {
                _head = next;
                if (!next.TryDequeue(out message))
                    return false;
            }
        }

        Volatile.Write(ref _dequeuedBytes, _dequeuedBytes + message.Size);
        Volatile.Write(ref _dequeuedMessages, _dequeuedMessages + 1);
        return true;
    }

    /// <summary>One reader at a time; the message stays.</summary>
    public bool TryPeek(out InboundMessage message)
    {
        message = default;
        for (Segment? segment = Volatile.Read(ref _head); segment is not null; segment = Volatile.Read(ref segment.Next))
        {
            if (segment.TryPeek(out message))
                return true;
        }

        return false;
    }

    private sealed class Segment(int capacity)
    {
        private readonly InboundMessage[] _items = new InboundMessage[capacity];
        private int _first; // reader
        private int _last; // writer

        internal Segment? Next;

        public int Capacity => _items.Length;

        public bool TryEnqueue(in InboundMessage message)
        {
            int last = _last;
            if (last - Volatile.Read(ref _first) == _items.Length)
                return false;
            _items[last & (_items.Length - 1)] = message;
            Volatile.Write(ref _last, last + 1);
            return true;
        }

        public bool TryDequeue(out InboundMessage message)
        {
            if (!TryPeek(out message))
                return false;
            _items[_first & (_items.Length - 1)] = default;
            Volatile.Write(ref _first, _first + 1);
            return true;
        }

        public bool TryPeek(out InboundMessage message)
        {
            int first = _first;
            if (first == Volatile.Read(ref _last))
            {
                message = default;
                return false;
            }

            message = _items[first & (_items.Length - 1)];
            return true;
        }
    }
}
