using System.Buffers;
using System.Runtime.InteropServices;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>
/// A ring of bytes between one writer and one reader: messages one behind the other. Bytes and not objects, because what waits as
/// bytes costs the garbage collector nothing, and a processor fetches consecutive bytes from another one before it needs them.
/// </summary>
/// <param name="capacity">Bytes; a power of two.</param>
internal sealed class MessageRing(int capacity)
{
    private const int Alignment = 4;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);
    private Place _reader;
    private Place _writer;

    /// <summary>The ring that contains the messages after this one; set by the writer when it moves on.</summary>
    internal MessageRing? Next;

    public int Capacity => capacity;

    /// <summary>The capacity of a ring that always has room for a message of this length.</summary>
    public static int CapacityFor(int length) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(2 * Aligned(length)));

    /// <summary>It is empty and both sides have left it.</summary>
    public void Release() => ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _bytes, []));

    /// <summary>Writer only; false: no room.</summary>
    public bool TryAppend(QueuedHeader head, in ServerOperation message)
    {
        int length = Aligned(head.Length);
        int from = _writer.Own;
        int toEnd = Capacity - Offset(from);
        int place = length <= toEnd ? from : from + toEnd;
        if (place + length - _writer.Seen > Capacity && place + length - (_writer.Seen = Volatile.Read(ref _reader.Own)) > Capacity)
        {
            return false;
        }

        if (place != from)
        {
            MemoryMarshal.Write(_bytes.AsSpan(Offset(from)), QueuedHeader.EndMark);
        }

        Write(head, message, _bytes.AsSpan(Offset(place), head.Length));
        Volatile.Write(ref _writer.Own, place + length);
        return true;
    }

    /// <summary>One reader at a time: the oldest message, which stays until <see cref="Advance"/>.</summary>
    public bool TryPeek(out QueuedMessage message)
    {
        int from = _reader.Own;
        if (from == _reader.Seen && from == (_reader.Seen = Volatile.Read(ref _writer.Own)))
        {
            message = default;
            return false;
        }

        if (MemoryMarshal.Read<ushort>(_bytes.AsSpan(Offset(from))) == QueuedHeader.EndMark)
        {
            _reader.Own = from += Capacity - Offset(from);
        }

        QueuedHeader head = MemoryMarshal.Read<QueuedHeader>(_bytes.AsSpan(Offset(from)));
        message = new QueuedMessage(head, _bytes.AsSpan(Offset(from), head.Length)[QueuedHeader.Size..]);
        return true;
    }

    /// <summary>One reader at a time: this message, the oldest, is read.</summary>
    public void Advance(QueuedHeader head) => Volatile.Write(ref _reader.Own, _reader.Own + Aligned(head.Length));

    private static int Aligned(int length) => (length + Alignment - 1) & -Alignment;

    private static void Write(QueuedHeader head, in ServerOperation message, Span<byte> place)
    {
        MemoryMarshal.Write(place, head);
        place = place[QueuedHeader.Size..];
        if (head.Subject > 0)
        {
            Append(message.Subject, ref place);
        }

        if (head.ReplyTo > 0)
        {
            Append(message.ReplyTo, ref place);
        }

        if (head.IsOverflow)
        {
            return;
        }

        if (head.Headers > 0)
        {
            Append(message.Headers, ref place);
        }

        message.Payload.CopyTo(place);
    }

    private static void Append(ReadOnlySpan<byte> part, ref Span<byte> place)
    {
        part.CopyTo(place);
        place = place[part.Length..];
    }

    private int Offset(int position) => position & (Capacity - 1);

    /// <summary>
    /// Where one side is, and where it last saw the other. In the middle of a stretch of its own, so that neither side takes the
    /// other's cache lines away with each message; processors fetch lines of 64 bytes in pairs.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Place
    {
        [FieldOffset(64)]
        public int Own;

        [FieldOffset(68)]
        public int Seen;
    }
}
