namespace Earshot.JetStream;

/// <summary>Configuration of a push consumer and options of its reads. Values that are not set are not sent; the server applies its defaults.</summary>
public record NatsJSPushConsumerOpts
{
    /// <summary>An ephemeral consumer with all defaults.</summary>
    public static readonly NatsJSPushConsumerOpts Default = new();

    /// <summary>The name of the consumer. Null: <see cref="DurableName"/>, or a generated name.</summary>
    public string? Name { get; init; }

    /// <summary>The name of a durable consumer. Null: an ephemeral consumer, which the client creates again after a reconnect.</summary>
    public string? DurableName { get; init; }

    /// <summary>The subject to which the server delivers; no wildcards. Null: a generated inbox.</summary>
    public string? DeliverSubject { get; init; }

    /// <summary>The queue group that shares the messages. Null: none; then one read at a time is allowed.</summary>
    public string? DeliverGroup { get; init; }

    /// <summary>A description of the consumer, at most 4 KiB.</summary>
    public string? Description { get; init; }

    /// <summary>The subject of the messages to deliver; wildcards are allowed. Null: all subjects. Mutually exclusive with <see cref="FilterSubjects"/>.</summary>
    public string? FilterSubject { get; init; }

    /// <summary>The subjects of the messages to deliver (since server 2.10). Mutually exclusive with <see cref="FilterSubject"/>.</summary>
    public ICollection<string>? FilterSubjects { get; init; }

    /// <summary>The message at which delivery starts. Default: the first message of the stream.</summary>
    public ConsumerConfigDeliverPolicy DeliverPolicy { get; init; }

    /// <summary>The first stream sequence to deliver. Used with <see cref="ConsumerConfigDeliverPolicy.ByStartSequence"/>.</summary>
    public ulong OptStartSeq { get; init; }

    /// <summary>The time of the first message to deliver. Used with <see cref="ConsumerConfigDeliverPolicy.ByStartTime"/>.</summary>
    public DateTimeOffset OptStartTime { get; init; }

    /// <summary>Which messages must be acknowledged. Default: each message.</summary>
    public ConsumerConfigAckPolicy AckPolicy { get; init; }

    /// <summary>The time after which a message without an ack is delivered again; zero: 30 s.</summary>
    public TimeSpan AckWait { get; init; }

    /// <summary>The maximum number of deliveries of one message; 0 or -1: no limit.</summary>
    public long MaxDeliver { get; init; }

    /// <summary>The maximum number of delivered messages without an ack; 0: 1,000, -1: no limit.</summary>
    public long MaxAckPending { get; init; }

    /// <summary>The delays before each further delivery of a message, in place of <see cref="AckWait"/> (since server 2.8).</summary>
    public ICollection<TimeSpan>? Backoff { get; init; }

    /// <summary>The time without a subscription after which the server deletes the consumer. Null: 5 s for ephemeral consumers, no limit for durable ones.</summary>
    public TimeSpan? InactiveThreshold { get; init; }

    /// <summary>
    /// The interval of the server's idle heartbeats. Null: 5 s; zero: no heartbeats, and a consumer that was deleted or is not available is not
    /// noticed.
    /// </summary>
    public TimeSpan? IdleHeartbeat { get; init; }

    /// <summary>
    /// Whether the server stops delivering until the application has processed what it received (flow control). Requires heartbeats. Without
    /// it, messages that do not fit into the queue of the read are dropped. Default: false.
    /// </summary>
    public bool FlowControl { get; init; }

    /// <summary>The maximum rate, in bits per second; 0: no limit.</summary>
    public long RateLimitBps { get; init; }

    /// <summary>Whether only headers are delivered, without payloads. The header <c>Nats-Msg-Size</c> contains the size of the payload.</summary>
    public bool HeadersOnly { get; init; }

    /// <summary>The speed at which messages are delivered. Default: as fast as possible.</summary>
    public ConsumerConfigReplayPolicy ReplayPolicy { get; init; }

    /// <summary>Metadata of the application. Names that begin with <c>_nats.</c> are reserved for the server (since server 2.10).</summary>
    public IDictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// The limits of the queue of each read: <see cref="NatsSubOpts.PendingMessagesLimit"/>, <see cref="NatsSubOpts.PendingBytesLimit"/> (subject,
    /// reply subject, headers and payload) and the capacity of <see cref="NatsSubOpts.ChannelOpts"/>; the other options have no effect. Further
    /// messages are dropped and reported as <see cref="NatsJSNotificationKind.Discarded"/>. Null: the limits of the connection, or none with
    /// <see cref="FlowControl"/>, which bounds the queue by itself.
    /// </summary>
    public NatsSubOpts? SubOpts { get; init; }

    /// <summary>Callback for the notifications of reads whose own options have none. It is called for one notification at a time. Null: only the journal reports them.</summary>
    public Func<INatsJSNotification, CancellationToken, Task>? NotificationHandler { get; init; }
}
