using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Earshot.Messages;

namespace Earshot.Subscriptions;

/// <summary>The two sides of a queue: what either of them writes for each message, far from what the other writes; and what both share now and then.</summary>
internal sealed class QueueLanes
{
    // Processors fetch cache lines of 64 bytes in pairs.
    private const int Apart = 128;
    private const int Middle = 64;

    public WriterLane Writer;
    public ReaderLane Reader;

    public QueueLanes(MessageRing first)
    {
        Writer.Ring = Reader.Ring = first;
        Reader.Turn = new SpinLock(enableThreadOwnerTracking: false);
    }

    /// <summary>Headers and payloads that are too large for a ring, in the order of their messages; made by the first.</summary>
    public ConcurrentQueue<byte[]>? Beside { get; set; }

    [StructLayout(LayoutKind.Explicit, Size = Apart)]
    internal struct WriterLane
    {
        [FieldOffset(Middle)]
        public MessageRing Ring;

        [FieldOffset(Middle + 8)]
        public long Messages;

        [FieldOffset(Middle + 16)]
        public long Bytes;

        /// <summary>What it has last seen of the reader's counts.</summary>
        [FieldOffset(Middle + 24)]
        public long SeenMessages;

        /// <inheritdoc cref="SeenMessages"/>
        [FieldOffset(Middle + 32)]
        public long SeenBytes;
    }

    [StructLayout(LayoutKind.Explicit, Size = Apart)]
    internal struct ReaderLane
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
        public SpinLock Turn;
    }
}
