using Earshot.Messages;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>
/// The queue of messages of an extension's targets, as received bytes. For one writer, the read loop, and one reader at a time. Has no limit
/// and drops no messages: the extension requests no more than it may buffer.
/// </summary>
[ForExtensions]
internal sealed class DeliveryQueue
{
    private readonly MessageQueue _queue = new();
    private readonly ReadSignal _arrived = new();
    private QueueFormat _form = new("", IsExact: false);
    private bool _isOver;

    /// <summary>The number of messages in the queue.</summary>
    public long Count => _queue.PendingMessages;

    /// <summary>Whether no more messages are enqueued.</summary>
    public bool IsOver => Volatile.Read(ref _isOver);

    /// <summary>Opens the queue, also again after it has ended and is empty.</summary>
    /// <param name="isExact">Whether the array of a payload must have its exact size, because the reader keeps it.</param>
    public void Open(bool isExact)
    {
        _form = new QueueFormat("", isExact);
        Volatile.Write(ref _isOver, false);
    }

    /// <summary>Adds a message, whose bytes are copied. Called on the read loop only.</summary>
    public void Enqueue(in ServerOperation message) => _queue.Enqueue(message, _form);

    /// <summary>Wakes the reader, once per batch.</summary>
    public void Wake()
    {
        Interlocked.MemoryBarrier(); // orders the enqueued messages before the read of the signal
        _arrived.Wake();
    }

    /// <summary>Ends the queue: no more messages are enqueued. Messages in the queue can still be taken.</summary>
    public void End()
    {
        Volatile.Write(ref _isOver, true);
        Wake();
    }

    /// <summary>Takes the oldest message. The caller owns its array, and returns it when it is pooled.</summary>
    /// <param name="replyTo">The buffer for the reply subject; a reply subject that does not fit becomes a string of the message.</param>
    /// <param name="replyLength">The length of the written reply subject.</param>
    /// <param name="message">The message, without a reply subject when that was written.</param>
    public bool TryTake(Span<byte> replyTo, out int replyLength, out InboundMessage message) =>
        _queue.TryDequeue(_form, replyTo, out replyLength, out message);

    /// <summary>Completes when there may be a message to take, or when the queue has ended.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        _arrived.WaitAsync(this, static self => !self._queue.IsEmpty || self.IsOver, cancellationToken);
}
