namespace Earshot.Server.JetStream;

/// <summary>The values that a server sets where a configuration has none, or has one out of range.</summary>
internal static class ConsumerDefaults
{
    private const long Second = 1_000_000_000;
    private const long AckWait = 30 * Second;
    private const long Inactivity = 5 * Second;
    private const long PinTimeout = 120 * Second;
    private const int AckPending = 1000;
    private const int Waiting = 512;

    /// <summary>
    /// Returns the configuration with the time after which a consumer that is not durable is deleted. It is set last: a request to create a
    /// consumer again is compared without it, and an update depends on what the consumer was before.
    /// </summary>
    public static ConsumerConfig SetInactivity(ConsumerConfig config, bool isDurable) =>
        config.InactiveThreshold == 0 && !isDurable ? config with { InactiveThreshold = Inactivity } : config;

    /// <summary>Returns the configuration with these values. With <paramref name="isPedantic"/> a value that would be changed is an error.</summary>
    public static ConsumerConfig? Set(ConsumerConfig config, string name, StreamConfig stream, bool isPedantic, out ApiError? error)
    {
        error = isPedantic ? Changed(config, stream) : null;
        if (error is not null)
        {
            return null;
        }

        bool flowAcks = config.AckPolicy == "flow_control" && !isPedantic;
        int waiting = Math.Max(0, config.MaxWaiting);
        int ackPending = config.MaxAckPending == 0 ? stream.ConsumerLimits.MaxAckPending : Math.Max(-1, config.MaxAckPending);
        long pinTimeout = Math.Max(0, config.PriorityTimeout);
        return config with
        {
            Name = name,
            DurableName = None(config.DurableName),
            Description = None(config.Description),
            FilterSubject = None(config.FilterSubject),
            DeliverSubject = None(config.DeliverSubject),
            DeliverGroup = None(config.DeliverGroup),
            SampleFreq = None(config.SampleFreq),
            PriorityPolicy = config.HasPriorityPolicy ? config.PriorityPolicy : null,
            MaxDeliver = config.MaxDeliver <= 0 ? -1 : config.MaxDeliver,
            MaxWaiting = waiting == 0 && !config.IsPush ? Waiting : waiting,
            AckWait = config.Backoff is { Count: > 0 } steps ? steps[0] : config.TakesAcks && config.AckWait == 0 ? AckWait : config.AckWait,
            MaxAckPending = ackPending == 0 && config.NeedsAck ? AckPending : ackPending,
            MaxBatch = Math.Max(0, config.MaxBatch),
            MaxExpires = Math.Max(0, config.MaxExpires),
            MaxBytes = Math.Max(0, config.MaxBytes),
            FlowControl = config.FlowControl || flowAcks,
            IdleHeartbeat = flowAcks ? Second : Math.Max(0, config.IdleHeartbeat),
            InactiveThreshold = config.InactiveThreshold > 0 ? config.InactiveThreshold : Math.Max(0, stream.ConsumerLimits.InactiveThreshold),
            PriorityTimeout = pinTimeout == 0 && config.PriorityPolicy == "pinned_client" ? PinTimeout : pinTimeout,
        };
    }

    private static ApiError? Changed(ConsumerConfig config, StreamConfig stream)
    {
        string? reason =
            config.MaxDeliver < -1 ? "max_deliver must be set to -1"
            : config.MaxWaiting < 0 ? "max_waiting must not be negative"
            : config.MaxAckPending < -1 ? "max_ack_pending must be set to -1"
            : config.MaxBatch < 0 ? "max_batch must not be negative"
            : config.MaxExpires < 0 ? "max_expires must not be negative"
            : config.MaxBytes < 0 ? "max_bytes must not be negative"
            : config.IdleHeartbeat < 0 ? "idle_heartbeat must not be negative"
            : config.InactiveThreshold < 0 ? "inactive_threshold must not be negative"
            : config.PriorityTimeout < 0 ? "priority_timeout must not be negative"
            : config.Backoff is { Count: > 0 } steps && config.AckWait != steps[0] ? "first backoff value has to equal batch AckWait"
            : config.MaxAckPending == 0 && stream.ConsumerLimits.MaxAckPending > 0 ? "max_ack_pending must be set if it's configured in stream limits"
            : config.InactiveThreshold == 0 && stream.ConsumerLimits.InactiveThreshold > 0 ? "inactive_threshold must be set if it's configured in stream limits"
            : null;
        return reason is null ? null : ConsumerErrors.Pedantic(reason);
    }

    private static string? None(string? text) => text?.Length > 0 ? text : null;
}
