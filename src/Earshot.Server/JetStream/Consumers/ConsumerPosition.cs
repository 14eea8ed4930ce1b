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

    /// <summary>Nothing up to this sequence is delivered any more.</summary>
    public void Skip(ulong streamSequence) => DeliveredStream = Math.Max(DeliveredStream, streamSequence);

    /// <summary>The stream ends earlier than what was delivered.</summary>
    public void FallBack(ulong streamSequence) => (DeliveredStream, FloorStream) = (streamSequence, Math.Min(FloorStream, streamSequence));

    /// <summary>Moves the floor after an ack.</summary>
    /// <param name="first">The first message that has no ack; null: none.</param>
    /// <param name="now">The current time; null: there was no ack.</param>
    public void Settle((ulong Sequence, PendingDelivery Delivery)? first, DateTimeOffset? now)
    {
        LastAck = now ?? LastAck;
        (ulong consumer, ulong stream) = first is { } waiting
            ? (waiting.Delivery.ConsumerSequence - 1, waiting.Sequence - 1)
            : (DeliveredConsumer, DeliveredStream);
        (FloorConsumer, FloorStream) = (Math.Max(FloorConsumer, consumer), Math.Max(FloorStream, stream));
    }
}
