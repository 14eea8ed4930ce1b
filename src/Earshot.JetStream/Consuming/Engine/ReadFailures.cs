namespace Earshot.JetStream.Consuming;

/// <summary>The exceptions with which reads and acks end.</summary>
internal static class ReadFailures
{
    public static NatsException Lost(ConsumerOrigin origin, LostReason reason, in PullStatus status)
    {
        string name = $"consumer '{origin.Name}' of stream '{origin.Stream}'";
        string said = status.Code == 0 ? "" : $" The server said {status.Code} {status.Description}.";
        NatsHeaders.Messages known = status.Kind switch
        {
            PullStatusKind.ConsumerDeleted => NatsHeaders.Messages.ConsumerDeleted,
            PullStatusKind.PushBased => NatsHeaders.Messages.ConsumerIsPushBased,
            _ => NatsHeaders.Messages.Text,
        };
        return reason switch
        {
            LostReason.ConsumerDeleted => new NatsJSConsumerLostException($"The {name} was deleted.{said}", reason, status.Code, known, status.Description),
            LostReason.StreamDeleted => new NatsJSConsumerLostException($"The stream of {name} was deleted.{said}", reason, status.Code, known, status.Description),
            _ => new NatsJSProtocolException($"The server refuses pulls from {name}.{said}", status.Code, known, status.Description),
        };
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
