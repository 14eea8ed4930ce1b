namespace Earshot.Server.JetStream;

/// <summary>How far a consumer has delivered, and up to where all messages are settled.</summary>
internal sealed class ConsumerPosition(ulong floor)
{
    public ulong DeliveredConsumer { get; private set; }

    public ulong DeliveredStream { get; private set; } = floor;

    public DateTimeOffset LastDelivered { get; private set; }

    public ulong FloorConsumer { get; private set; }

    public ulong FloorStream { get; private set; } = floor;

    public DateTimeOffset LastAck { get; private set; }

    /// <summary>Returns the sequence of the delivery.</summary>
    public ulong Deliver(ulong streamSequence, DateTimeOffset now)
    {
        DeliveredConsumer++;
        DeliveredStream = Math.Max(DeliveredStream, streamSequence);
        LastDelivered = now;
        return DeliveredConsumer;
    }

    /// <summary>A message without an ack was purged, which the floor does not wait for any more.</summary>
    public void Lose(ulong consumerSequence, DateTimeOffset now) => (FloorConsumer, LastAck) = (Math.Max(FloorConsumer, consumerSequence), now);

    /// <summary>Nothing up to this sequence is delivered any more.</summary>
    /// <param name="streamSequence">The sequence.</param>
    /// <param name="searched">The sequence up to which the consumer has searched for messages.</param>
    /// <param name="hasPending">Whether a message waits for its ack.</param>
    public void Skip(ulong streamSequence, ulong searched, bool hasPending)
    {
        DeliveredStream = Math.Max(DeliveredStream, searched);
        (FloorConsumer, FloorStream) = hasPending ? (FloorConsumer, Math.Max(FloorStream, streamSequence)) : (DeliveredConsumer, DeliveredStream);
    }

    /// <summary>The stream ends earlier than what was delivered.</summary>
    public void FallBack(ulong streamSequence) => (DeliveredStream, FloorStream) = (streamSequence, Math.Min(FloorStream, streamSequence));

    /// <summary>A server that was started again does not have the times.</summary>
    public void ForgetTimes() => (LastDelivered, LastAck) = (default, default);

    /// <summary>What was delivered is settled, without an ack.</summary>
    public void SettleAll() => (FloorConsumer, FloorStream) = (DeliveredConsumer, DeliveredStream);

    /// <summary>Notes the time of an ack.</summary>
    public void Acknowledged(DateTimeOffset now) => LastAck = now;

    /// <summary>Moves the floor after an ack: if it was the one that the floor waited for, or the last one.</summary>
    /// <param name="streamSequence">The sequence of the message.</param>
    /// <param name="consumerSequence">The sequence of its first delivery.</param>
    /// <param name="first">The first message that has no ack; null: none.</param>
    /// <param name="now">The current time.</param>
    public void Settle(ulong streamSequence, ulong consumerSequence, (ulong Sequence, PendingDelivery Delivery)? first, DateTimeOffset now)
    {
        LastAck = now;
        if (first is null)
        {
            SettleAll();
        }
        else if (consumerSequence == FloorConsumer + 1)
        {
            (FloorConsumer, FloorStream) = first is { } waiting && waiting.Sequence > streamSequence
                ? (waiting.Delivery.ConsumerSequence - 1, waiting.Sequence - 1)
                : (consumerSequence, streamSequence);
        }
    }
}
