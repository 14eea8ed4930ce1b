namespace Earshot.Server.JetStream;

/// <summary>A message that was delivered and has no ack.</summary>
/// <param name="ConsumerSequence">The sequence of its first delivery.</param>
/// <param name="Deliveries">How often it was delivered.</param>
/// <param name="Deadline">When it is delivered again; null while it waits to be.</param>
internal readonly record struct PendingDelivery(ulong ConsumerSequence, ulong Deliveries, DateTimeOffset? Deadline)
{
    /// <summary>Returns when a delivery has to be acknowledged. Where answers to flow control are the acks, nothing is delivered again.</summary>
    /// <param name="config">The consumer.</param>
    /// <param name="deliveries">The number of deliveries of the message, with this one.</param>
    /// <param name="now">The time of the delivery.</param>
    public static DateTimeOffset DeadlineOf(ConsumerConfig config, ulong deliveries, DateTimeOffset now)
    {
        long wait = config.Backoff is { Count: > 0 } steps ? steps[(int)Math.Min(deliveries - 1, (ulong)steps.Count - 1)] : config.AckWait;
        return wait > 0 ? now + GoTime.Duration(wait) : DateTimeOffset.MaxValue;
    }
}
