namespace Earshot;

/// <summary>Options of one subscription. Null always means: take the connection's default, or no limit where there is none.</summary>
public record NatsSubOpts
{
    /// <summary>Ends the subscription after this many messages; the count survives reconnects. Null: no limit.</summary>
    public int? MaxMsgs { get; init; }

    /// <summary>
    /// Ends the subscription this long after it began. Null: never. As option of a request: how long the whole request may take,
    /// connecting and sending included; null: <c>NatsOpts.RequestTimeout</c>.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Ends the subscription when no first message arrived within this time. Null: never.</summary>
    public TimeSpan? StartUpTimeout { get; init; }

    /// <summary>Ends the subscription when no message arrived for this long. Null: never.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Ends the subscription at the first message with an empty payload (the sentinel of a multi-reply request). Null: no.</summary>
    public bool? StopOnEmptyMsg { get; init; }

    /// <summary>For requests: a 503 status throws <see cref="NatsNoRespondersException"/>. Null: yes.</summary>
    public bool? ThrowIfNoResponders { get; init; }

    /// <summary>The names that users of channels know; <see cref="PendingMessagesLimit"/> and <see cref="SlowConsumerPolicy"/> win over it.</summary>
    public NatsSubChannelOpts? ChannelOpts { get; init; }

    /// <summary>Messages that may wait in the subscription's queue. Null: <c>NatsOpts.SubPendingChannelCapacity</c> (65,536).</summary>
    public int? PendingMessagesLimit { get; init; }

    /// <summary>Bytes that may wait in the subscription's queue. Null: <c>NatsOpts.SubPendingBytesLimit</c> (64 MiB).</summary>
    public long? PendingBytesLimit { get; init; }

    /// <summary>
    /// What happens when the server refuses the subscription, or withdraws its permission. Null:
    /// <see cref="NatsPermissionViolationPolicy.End"/>.
    /// </summary>
    public NatsPermissionViolationPolicy? PermissionViolationPolicy { get; init; }

    /// <summary>What the subscription tells whoever makes it. Null: nothing.</summary>
    public NatsSubEvents? Events { get; init; }

    /// <summary>What happens to messages above the limits. Null: <c>NatsOpts.SubPendingChannelFullMode</c>, by default drop newest.</summary>
    public NatsSlowConsumerPolicy? SlowConsumerPolicy { get; init; }
}
