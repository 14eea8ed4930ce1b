using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Earshot.Messages;

namespace Earshot.Subscriptions;

/// <summary>The two sides of a queue: what either of them writes for each message, far from what the other writes; and what both share now and then.</summary>
internal sealed class QueueSides
{
    // Processors fetch cache lines of 64 bytes in pairs.
    private const int SideSize = 128;
    private const int Middle = 64;

    public ProducerSide Writer;
    public ConsumerSide Reader;

    public QueueSides(MessageRing first)
    {
        Writer.Ring = Reader.Ring = first;
        Reader.ConsumerLock = new SpinLock(enableThreadOwnerTracking: false);
    }

    /// <summary>Headers and payloads that are too large for a ring, in the order of their messages; made by the first.</summary>
    public ConcurrentQueue<byte[]>? Overflow { get; set; }

    [StructLayout(LayoutKind.Explicit, Size = SideSize)]
    internal struct ProducerSide
    {
        [FieldOffset(Middle)]
        public MessageRing Ring;

        [FieldOffset(Middle + 8)]
        public long Messages;

        [FieldOffset(Middle + 16)]
        public long Bytes;

        /// <summary>What it has last seen of the reader's counts.</summary>
        [FieldOffset(Middle + 24)]
        public long CachedMessages;

        /// <inheritdoc cref="CachedMessages"/>
        [FieldOffset(Middle + 32)]
        public long CachedBytes;
    }

    [StructLayout(LayoutKind.Explicit, Size = SideSize)]
    internal struct ConsumerSide
    {
        [FieldOffset(Middle)]
        public MessageRing Ring;

        [FieldOffset(Middle + 8)]
        public SubjectCache? Subjects;

        [FieldOffset(Middle + 16)]
        public long Messages;

        [FieldOffset(Middle + 24)]
        public long Bytes;

        [FieldOffset(Middle + 32)]
        public long Delivered;

        /// <summary>Readers take turns with it, and so does the writer when it evicts; held for a copy at most.</summary>
        [FieldOffset(Middle + 40)]
        public SpinLock ConsumerLock;
    }
}
