using Earshot.Messages;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>
/// Where messages of an extension's targets wait for their reader, as the bytes that came. One writer, the read loop; one reader at a time.
/// Limits nothing and drops nothing: the extension requests no more messages than it may hold.
/// </summary>
[ForExtensions]
internal sealed class DeliveryQueue
{
    private readonly MessageQueue _queue = new();
    private readonly ReadSignal _arrived = new();
    private QueueFormat _form = new("", IsExact: false);
    private bool _isOver;

    /// <summary>Messages that wait.</summary>
    public long Count => _queue.PendingMessages;

    /// <summary>No more messages are enqueued.</summary>
    public bool IsOver => Volatile.Read(ref _isOver);

    /// <summary>Opens the queue, or reopens it when it has ended and is empty.</summary>
    /// <param name="isExact">The reader keeps the array of a payload, so it must have the exact size.</param>
    public void Open(bool isExact)
    {
        _form = new QueueFormat("", isExact);
        Volatile.Write(ref _isOver, false);
    }

    /// <summary>Read loop only. The bytes are copied.</summary>
    public void Enqueue(in ServerOperation message) => _queue.Enqueue(message, _form);

    /// <summary>Wakes the reader, once per batch.</summary>
    public void Wake()
    {
        Interlocked.MemoryBarrier(); // orders what was enqueued before the read of the signal
        _arrived.Wake();
    }

    /// <summary>No more messages will be enqueued; what waits can still be taken.</summary>
    public void End()
    {
        Volatile.Write(ref _isOver, true);
        Wake();
    }

    /// <summary>Takes the oldest message. Its array is the caller's, who returns it when it is pooled.</summary>
    /// <param name="replyTo">Room for the reply subject; one that does not fit becomes a string of the message.</param>
    /// <param name="replyLength">How much of it was written.</param>
    /// <param name="message">The message, without a reply subject if that was written.</param>
    public bool TryTake(Span<byte> replyTo, out int replyLength, out InboundMessage message) =>
        _queue.TryDequeue(_form, replyTo, out replyLength, out message);

    /// <summary>Completes when there may be something to take, or when no more will come.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        _arrived.WaitAsync(this, static self => !self._queue.IsEmpty || self.IsOver, cancellationToken);
}
