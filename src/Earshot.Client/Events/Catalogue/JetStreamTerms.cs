// The words of the events about JetStream.
namespace Earshot;

/// <summary>Identifies the read that an event is about.</summary>
public sealed record NatsJSConsumerRef
{
    /// <summary>The name of the stream.</summary>
    public required string Stream { get; init; }
    /// <summary>The name of the consumer.</summary>
    public required string Name { get; init; }
    /// <summary>The kind of the read.</summary>
    public NatsJSConsumerKind Kind { get; init; }
    /// <summary>What the read is used for, such as the name of a bucket; null when it has none.</summary>
    public string? Purpose { get; init; }
    /// <summary>The number of the running read, from 1. All events of one read have the same number, even when its consumer is recreated.</summary>
    public long Handle { get; init; }

    /// <summary>Returns the names of stream and consumer and the number of the read.</summary>
    /// <returns>One line of text.</returns>
    public override string ToString() => $"consumer {Stream}/{Name} (read {Handle}{(Purpose is null ? "" : $", {Purpose}")})";
}

/// <summary>The state of a consumer as reported by the server.</summary>
public sealed record ConsumerFacts
{
    /// <summary>Whether the consumer is paused.</summary>
    public bool Paused { get; init; }
    /// <summary>The number of delivered messages without an ack.</summary>
    public long AckPending { get; init; }
    /// <summary>The number of waiting pull requests.</summary>
    public long Waiting { get; init; }
    /// <summary>The number of messages that have not been delivered yet.</summary>
    public long NumPending { get; init; }
    /// <summary>The name of the leading server; null when there is no leader.</summary>
    public string? Leader { get; init; }

    internal string Describe() => $"leader {Leader ?? "none"}, {NumPending} pending, {AckPending} without ack, {Waiting} pulls wait{(Paused ? ", paused" : "")}";
}

/// <summary>An error of the JetStream API, as part of an event.</summary>
public sealed record NatsJSApiFault
{
    /// <summary>The class of the error, as in HTTP.</summary>
    public int Code { get; init; }
    /// <summary>The number of the error.</summary>
    public int ErrCode { get; init; }
    /// <summary>The text of the error, for people.</summary>
    public required string Description { get; init; }
}

/// <summary>Specifies the kind of a read.</summary>
public enum NatsJSConsumerKind
{
    /// <summary>A read of a pull consumer.</summary>
    Pull = 0,
    /// <summary>A read of an ordered consumer.</summary>
    Ordered = 1,
    /// <summary>A read of a push consumer.</summary>
    Push = 2,
    /// <summary>A watch of a key-value bucket.</summary>
    KVWatch = 3,
    /// <summary>The read of an object of an object store.</summary>
    ObjectRead = 4,
}

/// <summary>Specifies what requested a flow control answer.</summary>
public enum FlowControlSource
{
    /// <summary>A flow control request of its own.</summary>
    FlowControl = 0,
    /// <summary>A heartbeat that names the subject of a flow control request.</summary>
    Heartbeat = 1,
}

/// <summary>Specifies what a read reports besides messages.</summary>
public enum NatsJSNotificationKind
{
    /// <summary>The consumer has a new leader.</summary>
    LeadershipChange = 0,
    /// <summary>The server of the consumer shuts down.</summary>
    ServerShutdown = 1,
    /// <summary>The consumer delivers to this client (pinned).</summary>
    Pinned = 2,
    /// <summary>This client is not the pinned client any more.</summary>
    Unpinned = 3,
    /// <summary>Another client of the priority group is pinned.</summary>
    PinIdMismatch = 4,
    /// <summary>The consumer is paused by the server.</summary>
    Paused = 5,
    /// <summary>The consumer is no longer paused.</summary>
    Unpaused = 6,
    /// <summary>The consumer has reached its limit of messages without an ack and delivers no more.</summary>
    Blocked = 7,
    /// <summary>The consumer delivers again, after acks were received.</summary>
    Unblocked = 8,
    /// <summary>The read requests less, because the consumer allows no more.</summary>
    Clamped = 9,
    /// <summary>An ack was sent after the AckWait of the consumer had passed.</summary>
    LateAck = 10,
    /// <summary>The consumer was reset to another sequence.</summary>
    Reset = 11,
    /// <summary>Messages that the application had not read were returned to the server.</summary>
    GivenBack = 12,
    /// <summary>Messages that the application had not read were dropped.</summary>
    Discarded = 13,
}

/// <summary>Specifies why a read cannot receive messages.</summary>
public enum StallReason
{
    /// <summary>The pull requests have no responders (status 503).</summary>
    NoResponders = 0,
    /// <summary>The heartbeats of the consumer are missing.</summary>
    MissedHeartbeats = 1,
    /// <summary>The consumer has no leader.</summary>
    NoLeader = 2,
    /// <summary>JetStream is not available.</summary>
    Unavailable = 3,
    /// <summary>The consumer has reached its limit of waiting pull requests.</summary>
    TooManyPulls = 4,
    /// <summary>The server rejects the pull requests.</summary>
    PullRejected = 5,
}

/// <summary>Specifies what ended a stall.</summary>
public enum ResumeSign
{
    /// <summary>The read received a message.</summary>
    Message = 0,
    /// <summary>The read received a heartbeat.</summary>
    Heartbeat = 1,
    /// <summary>The read has a new consumer.</summary>
    Recreated = 2,
}

/// <summary>Specifies why a read was ended.</summary>
public enum LostReason
{
    /// <summary>The consumer was deleted.</summary>
    ConsumerDeleted = 0,
    /// <summary>The stream was deleted.</summary>
    StreamDeleted = 1,
    /// <summary>The consumer is a push consumer.</summary>
    PushBased = 2,
    /// <summary>The server rejects the pull requests.</summary>
    Refused = 3,
    /// <summary>The consumer was recreated as often as the options allow.</summary>
    ResetLimit = 4,
}

/// <summary>Specifies why a consumer was recreated.</summary>
public enum RecreateCause
{
    /// <summary>The connection has a new session.</summary>
    Reconnected = 0,
    /// <summary>A message is missing in the sequence.</summary>
    SequenceGap = 1,
    /// <summary>The heartbeats of the consumer were missing.</summary>
    MissedHeartbeats = 2,
    /// <summary>The pull requests had no responders (status 503).</summary>
    NoResponders = 3,
    /// <summary>The consumer was deleted on the server.</summary>
    Deleted = 4,
    /// <summary>The stream lost messages.</summary>
    Regression = 5,
}

/// <summary>Specifies how the loss of messages of a stream was detected.</summary>
public enum RegressionEvidence
{
    /// <summary>By the ack of a publish.</summary>
    PubAck = 0,
    /// <summary>By a delivered message.</summary>
    Delivery = 1,
    /// <summary>By a heartbeat of a consumer.</summary>
    Heartbeat = 2,
    /// <summary>By the info of the stream.</summary>
    StreamInfo = 3,
    /// <summary>By the creation time of the stream.</summary>
    Created = 4,
    /// <summary>By the revision of a key.</summary>
    KVRevision = 5,
}

/// <summary>Specifies what the client did when a stream had lost messages.</summary>
public enum RegressionAction
{
    /// <summary>The client only reported the loss.</summary>
    None = 0,
    /// <summary>The read continued with messages stored after the last one that was read.</summary>
    ResumedByTime = 1,
    /// <summary>The read started again at the position given by its options.</summary>
    Restarted = 2,
    /// <summary>The read ended with an exception.</summary>
    Failed = 3,
}

/// <summary>Specifies the operation of an uncertain outcome.</summary>
public enum UncertainOperation
{
    /// <summary>A publish to a stream.</summary>
    Publish = 0,
    /// <summary>A publish of an atomic batch.</summary>
    Batch = 1,
    /// <summary>A publish of a fast batch.</summary>
    FastBatch = 2,
    /// <summary>An ack of a message.</summary>
    Ack = 3,
    /// <summary>A write to a key-value bucket.</summary>
    KVWrite = 4,
    /// <summary>The upload of an object.</summary>
    ObjectPut = 5,
    /// <summary>A call of the JetStream API.</summary>
    ApiCall = 6,
}

/// <summary>Specifies what is known of the outcome of an operation.</summary>
public enum UncertainResult
{
    /// <summary>The operation was sent, and its effect is unknown.</summary>
    Unknown = 0,
    /// <summary>The message was stored, or the acknowledgement of a message was received; the response arrived late.</summary>
    LateStored = 1,
    /// <summary>The stream already had a message with this id; its ack arrived late.</summary>
    LateDuplicate = 2,
    /// <summary>The operation was rejected; the answer arrived late.</summary>
    LateRejected = 3,
}
