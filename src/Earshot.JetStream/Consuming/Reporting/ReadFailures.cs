namespace Earshot.JetStream.Consuming;

/// <summary>Creates the exceptions with which reads and acks end.</summary>
internal static class ReadFailures
{
    /// <summary>Returns the exception of a read that has ended; null when it ended without one.</summary>
    public static Exception? Of(ConsumerOrigin origin, PullMachine machine, Exception? error) => machine.Ending switch
    {
        PullEnding.Connection => error,
        PullEnding.Failed => new NatsJSException($"The read of consumer '{origin.Name}' of stream '{origin.Stream}' failed with an internal error.", error),
        PullEnding.Lost => Lost(origin, machine.Loss, machine.LostBy),
        _ => null,
    };

    private static NatsJSProtocolException Lost(ConsumerOrigin origin, LostReason reason, in PullStatus status)
    {
        string name = $"consumer '{origin.Name}' of stream '{origin.Stream}'";
        string answer = status.Code == 0 ? "" : $" The server answered with status {status.Code} {status.Description}.";
        NatsHeaders.Messages known = status.Kind switch
        {
            PullStatusKind.ConsumerDeleted => NatsHeaders.Messages.ConsumerDeleted,
            PullStatusKind.PushBased => NatsHeaders.Messages.ConsumerIsPushBased,
            _ => NatsHeaders.Messages.Text,
        };
        return reason switch
        {
            LostReason.ConsumerDeleted => new NatsJSConsumerLostException($"The {name} was deleted.{answer}", reason, status.Code, known, status.Description),
            LostReason.StreamDeleted => new NatsJSConsumerLostException($"The stream of {name} was deleted.{answer}", reason, status.Code, known, status.Description),
            _ => new NatsJSProtocolException($"The server rejects pull requests to {name}.{answer}", status.Code, known, status.Description),
        };
    }

    public static NatsException Ack(ConsumerOrigin origin, NatsJSAckOutcome outcome, ulong sequence) =>
        new NatsDeliveryException(
            $"The ack of message {sequence} of consumer '{origin.Name}' of stream '{origin.Stream}' failed: {outcome}.",
            outcome switch
            {
                NatsJSAckOutcome.NotSent => NatsOutcome.NotSent,
                NatsJSAckOutcome.ConsumerGone => NatsOutcome.Rejected,
                _ => NatsOutcome.Unknown,
            });
}
