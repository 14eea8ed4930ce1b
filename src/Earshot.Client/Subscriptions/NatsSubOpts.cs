namespace Earshot;

/// <summary>The options of a single subscription. Null means the default of the connection, or no limit where there is none.</summary>
public record NatsSubOpts
{
    /// <summary>Number of messages after which the subscription ends; the count continues across reconnects. Null: no limit.</summary>
    public int? MaxMsgs { get; init; }

    /// <summary>Time after which the subscription ends. Null: no limit.</summary>
    /// <remarks>
    /// As an option of a request: the timeout of the whole request, for connecting, sending and the reply. Null:
    /// <c>NatsOpts.RequestTimeout</c>.
    /// </remarks>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Time within which the first message must arrive; otherwise the subscription ends. Null: no limit.</summary>
    public TimeSpan? StartUpTimeout { get; init; }

    /// <summary>Time without a message after which the subscription ends. Null: no limit.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Whether a message with an empty payload ends the subscription (the sentinel of a request with many replies). Null: no.</summary>
    public bool? StopOnEmptyMsg { get; init; }

    /// <summary>
    /// Whether a no-responders reply (status 503) throws a <see cref="NatsNoRespondersException"/>: a request does, and a subscription ends
    /// with it. Null: yes for a request; a subscription receives it as a message.
    /// </summary>
    public bool? ThrowIfNoResponders { get; init; }

    /// <summary>Queue options in the terms of channels; <see cref="PendingMessagesLimit"/> and <see cref="SlowConsumerPolicy"/> take precedence.</summary>
    public NatsSubChannelOpts? ChannelOpts { get; init; }

    /// <summary>Maximum number of queued messages. Null: <c>NatsOpts.SubPendingChannelCapacity</c> (65,536).</summary>
    public int? PendingMessagesLimit { get; init; }

    /// <summary>Maximum payload bytes in the queue. Null: <c>NatsOpts.SubPendingBytesLimit</c> (64 MiB).</summary>
    public long? PendingBytesLimit { get; init; }

    /// <summary>
    /// What happens when the server rejects the subscription or withdraws its permission. Null:
    /// <see cref="NatsPermissionViolationPolicy.End"/>.
    /// </summary>
    public NatsPermissionViolationPolicy? PermissionViolationPolicy { get; init; }

    /// <summary>Callbacks that the subscription invokes for the application that creates it. Null: none.</summary>
    public NatsSubEvents? Events { get; init; }

    /// <summary>What happens to messages that exceed the limits. Null: <c>NatsOpts.SubPendingChannelFullMode</c>, by default drop newest.</summary>
    public NatsSlowConsumerPolicy? SlowConsumerPolicy { get; init; }
}
