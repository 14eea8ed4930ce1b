namespace Earshot.JetStream.Consuming;

/// <summary>The exceptions with which reads and acks end.</summary>
internal static class ReadFailures
{
    public static Exception Lost(ConsumerOrigin origin, LostReason reason, in PullStatus status)
    {
        string name = $"consumer '{origin.Name}' of stream '{origin.Stream}'";
        return new NatsException($"{name}: {reason} {status.Code} {status.Description}");
    }

    public static NatsException Ack(ConsumerOrigin origin, NatsJSAckOutcome outcome, ulong sequence) =>
        new NatsDeliveryException(
            $"The ack of message {sequence} to consumer '{origin.Name}' of stream '{origin.Stream}' ended as {outcome}.",
            outcome switch
            {
                NatsJSAckOutcome.NotSent => NatsOutcome.NotSent,
                NatsJSAckOutcome.ConsumerGone => NatsOutcome.Rejected,
                _ => NatsOutcome.Unknown,
            });
}
