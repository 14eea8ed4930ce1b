using System.Runtime.InteropServices;
using Earshot.Messages;

namespace Earshot.Subscriptions;

/// <summary>
/// The queue between the read loop and one subscription: one writer, one reader at a time, no lock between them. Segments
/// are rings that double while the reader lags and are used again; nothing is allocated until the first message, and nothing
/// in a steady flow. It counts but does not limit.
/// </summary>
internal sealed class MessageQueue
{
    private const int FirstSegment = 8;
    private const int LargestSegment = 1024; // larger ones would live on the large object heap

    private const int ApartBytes = 128; // processors fetch cache lines of 64 bytes in pairs

    private Lanes? _lanes; // made by the writer with the first message

    public long EnqueuedMessages => Volatile.Read(ref _lanes) is { } lanes ? Volatile.Read(ref lanes.Writer.Messages) : 0;

    public long DequeuedMessages => Volatile.Read(ref _lanes) is { } lanes ? Volatile.Read(ref lanes.Reader.Messages) : 0;

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
            return messages >= 0 && bytes >= 0;
        if (lanes.Writer.Messages - lanes.SeenMessages <= messages && lanes.Writer.Bytes - lanes.SeenBytes <= bytes)
            return true;
        lanes.SeenBytes = Volatile.Read(ref lanes.Reader.Bytes);
        lanes.SeenMessages = Volatile.Read(ref lanes.Reader.Messages);
        return lanes.Writer.Messages - lanes.SeenMessages <= messages && lanes.Writer.Bytes - lanes.SeenBytes <= bytes;
    }

    /// <summary>Writer only.</summary>
    public void Enqueue(in InboundMessage message)
    {
        Lanes lanes = _lanes ?? Begin();
        // Counted before it can be taken, so that a count of nothing means that nothing is there or on its way.
        Volatile.Write(ref lanes.Writer.Bytes, lanes.Writer.Bytes + message.Size);
        Volatile.Write(ref lanes.Writer.Messages, lanes.Writer.Messages + 1);
        Segment tail = lanes.Writer.Segment!;
        if (tail.TryEnqueue(message))
            return;
        Segment next = tail.Capacity == LargestSegment && lanes.TakeSpare() is { } spare ? spare : new Segment(Math.Min(LargestSegment, tail.Capacity * 2));
        next.TryEnqueue(message);
        Volatile.Write(ref tail.Next, next);
        lanes.Writer.Segment = next;
    }

    /// <summary>One reader at a time.</summary>
    public bool TryDequeue(out InboundMessage message)
    {
        if (Volatile.Read(ref _lanes) is not { } lanes)
        {
            message = default;
            return false;
        }

        Segment head = lanes.Reader.Segment!;
        if (!head.TryDequeue(out message))
        {
            // The writer links the next segment only after filling this one, so look once more before leaving it.
            if (Volatile.Read(ref head.Next) is not { } next)
                return false;
            if (!head.TryDequeue(out message))
            {
                lanes.Reader.Segment = next;
                lanes.Spare(head);
                if (!next.TryDequeue(out message))
                    return false;
            }
        }

        Volatile.Write(ref lanes.Reader.Bytes, lanes.Reader.Bytes + message.Size);
        Volatile.Write(ref lanes.Reader.Messages, lanes.Reader.Messages + 1);
        return true;
    }

    /// <summary>One reader at a time; the message stays.</summary>
    public bool TryPeek(out InboundMessage message)
    {
        message = default;
        for (Segment? segment = Volatile.Read(ref _lanes)?.Reader.Segment; segment is not null; segment = Volatile.Read(ref segment.Next))
        {
            if (segment.TryPeek(out message))
                return true;
        }

        return false;
    }

    /// <summary>One reader at a time: it is about to wait, so what a burst has needed may go.</summary>
    public void Trim() => Volatile.Read(ref _lanes)?.DropSpares();

    private Lanes Begin()
    {
        var lanes = new Lanes();
        lanes.Writer.Segment = lanes.Reader.Segment = new Segment(FirstSegment);
        Volatile.Write(ref _lanes, lanes);
        return lanes;
    }

    /// <summary>What one side writes for each message; a cache line of its own, or each message would fetch it from the other side.</summary>
    [StructLayout(LayoutKind.Explicit, Size = ApartBytes)]
    private struct Lane
    {
        [FieldOffset(0)]
        public long Messages;

        [FieldOffset(8)]
        public long Bytes;

        [FieldOffset(16)]
        public Segment? Segment;
    }

    private sealed class Lanes
    {
        private const int MostSpares = 64;

        public Lane Writer;
        public Lane Reader;

        // What the writer has last seen of the reader's counts.
        public long SeenMessages;
        public long SeenBytes;

        // Emptied segments, newest first. The reader puts them here, the writer takes them; only the reader drops them.
        private Segment? _spares;
        private int _spareCount;

        /// <summary>Reader only; the writer has left the segment before.</summary>
        public void Spare(Segment segment)
        {
            if (segment.Capacity < LargestSegment || Volatile.Read(ref _spareCount) >= MostSpares)
                return;
            segment.Reset();
            Interlocked.Increment(ref _spareCount);
            Segment? first;
            do
            {
                first = Volatile.Read(ref _spares);
                segment.Next = first;
            }
            while (Interlocked.CompareExchange(ref _spares, segment, first) != first);
        }

        /// <summary>Writer only: there is one taker, so the first segment cannot leave and come back meanwhile.</summary>
        public Segment? TakeSpare()
        {
            Segment? first;
            do
            {
                first = Volatile.Read(ref _spares);
                if (first is null)
                    return null;
            }
            while (Interlocked.CompareExchange(ref _spares, first.Next, first) != first);
            Interlocked.Decrement(ref _spareCount);
            first.Next = null;
            return first;
        }

        public void DropSpares()
        {
            if (Interlocked.Exchange(ref _spares, null) is not { } dropped)
                return;
            for (Segment? segment = dropped; segment is not null; segment = segment.Next)
                Interlocked.Decrement(ref _spareCount);
        }
    }

    /// <summary>Where one side is in a ring, and where it last saw the other.</summary>
    [StructLayout(LayoutKind.Explicit, Size = ApartBytes)]
    private struct Place
    {
        [FieldOffset(0)]
        public int Own;

        [FieldOffset(4)]
        public int Seen;
    }

    private sealed class Segment(int capacity)
    {
        private readonly InboundMessage[] _items = new InboundMessage[capacity];
        private Place _reader;
        private Place _writer;

        internal Segment? Next;

        public int Capacity => _items.Length;

        /// <summary>Empty and left by both sides: as new.</summary>
        public void Reset() => (_reader, _writer, Next) = (default, default, null);

        public bool TryEnqueue(in InboundMessage message)
        {
            int last = _writer.Own;
            if (last - _writer.Seen == _items.Length)
            {
                _writer.Seen = Volatile.Read(ref _reader.Own);
                if (last - _writer.Seen == _items.Length)
                    return false;
            }

            _items[last & (_items.Length - 1)] = message;
            Volatile.Write(ref _writer.Own, last + 1);
            return true;
        }

        public bool TryDequeue(out InboundMessage message)
        {
            int first = _reader.Own;
            if (IsEmptyAt(first))
            {
                message = default;
                return false;
            }

            ref InboundMessage item = ref _items[first & (_items.Length - 1)];
            message = item;
            item = default;
            Volatile.Write(ref _reader.Own, first + 1);
            return true;
        }

        public bool TryPeek(out InboundMessage message)
        {
            int first = _reader.Own;
            message = IsEmptyAt(first) ? default : _items[first & (_items.Length - 1)];
            return !IsEmptyAt(first);
        }

        private bool IsEmptyAt(int first)
        {
            if (first != _reader.Seen)
                return false;
            _reader.Seen = Volatile.Read(ref _writer.Own);
            return first == _reader.Seen;
        }
    }
}
