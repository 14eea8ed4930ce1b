// The words of the events about JetStream.
namespace Earshot;

/// <summary>Which read an event is about.</summary>
public sealed record NatsJSConsumerRef
{
    /// <summary>The stream.</summary>
    public required string Stream { get; init; }
    /// <summary>The consumer.</summary>
    public required string Name { get; init; }
    /// <summary>What the read is made of.</summary>
    public NatsJSConsumerKind Kind { get; init; }
    /// <summary>What the read is for, such as the name of a bucket; null: nothing to tell.</summary>
    public string? Purpose { get; init; }
    /// <summary>Number of the running read, from 1; the same for all its events, although its consumer may be made again.</summary>
    public long Handle { get; init; }

    /// <summary>Stream, consumer and number.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"consumer {Stream}/{Name} (read {Handle}{(Purpose is null ? "" : $", {Purpose}")})";
}

/// <summary>What the server said of a consumer.</summary>
public sealed record ConsumerFacts
{
    /// <summary>It is paused.</summary>
    public bool Paused { get; init; }
    /// <summary>Messages without an ack.</summary>
    public long AckPending { get; init; }
    /// <summary>Pulls that wait.</summary>
    public long Waiting { get; init; }
    /// <summary>Messages not delivered yet.</summary>
    public long NumPending { get; init; }
    /// <summary>The server that leads; null: none.</summary>
    public string? Leader { get; init; }

    internal string Describe() => $"leader {Leader ?? "none"}, {NumPending} pending, {AckPending} without ack, {Waiting} pulls wait{(Paused ? ", paused" : "")}";
}

/// <summary>An error of JetStream as an event tells it.</summary>
public sealed record NatsJSApiFault
{
    /// <summary>Class of the error.</summary>
    public int Code { get; init; }
    /// <summary>Number of the error.</summary>
    public int ErrCode { get; init; }
    /// <summary>Text for people.</summary>
    public required string Description { get; init; }
}

/// <summary>What a read is made of.</summary>
public enum NatsJSConsumerKind
{
    /// <summary>A pull consumer.</summary>
    Pull = 0,
    /// <summary>An ordered consumer.</summary>
    Ordered = 1,
    /// <summary>A push consumer.</summary>
    Push = 2,
    /// <summary>A watch of a bucket.</summary>
    KVWatch = 3,
    /// <summary>The read of an object.</summary>
    ObjectRead = 4,
}

/// <summary>What asked for an answer of flow control.</summary>
public enum FlowControlSource
{
    /// <summary>A request of its own.</summary>
    FlowControl = 0,
    /// <summary>A heartbeat that names one.</summary>
    Heartbeat = 1,
}

/// <summary>What a read has to tell.</summary>
public enum NatsJSNotificationKind
{
    /// <summary>The consumer has another leader.</summary>
    LeadershipChange = 0,
    /// <summary>Its server shuts down.</summary>
    ServerShutdown = 1,
    /// <summary>This client is the one that is served.</summary>
    Pinned = 2,
    /// <summary>It is not any more.</summary>
    Unpinned = 3,
    /// <summary>Another client is served.</summary>
    PinIdMismatch = 4,
    /// <summary>The consumer is paused.</summary>
    Paused = 5,
    /// <summary>It continues.</summary>
    Unpaused = 6,
    /// <summary>It waits for acks: as many messages are unacknowledged as may be.</summary>
    Blocked = 7,
    /// <summary>It delivers again.</summary>
    Unblocked = 8,
    /// <summary>A pull asks for less, because the consumer allows no more.</summary>
    Clamped = 9,
    /// <summary>An ack came after the consumer had stopped waiting for it.</summary>
    LateAck = 10,
    /// <summary>The consumer was set back.</summary>
    Reset = 11,
    /// <summary>Messages that no one read were given back.</summary>
    GivenBack = 12,
    /// <summary>Messages that no one read were dropped.</summary>
    Discarded = 13,
}

/// <summary>Why nothing can arrive.</summary>
public enum StallReason
{
    /// <summary>No one answers the pulls.</summary>
    NoResponders = 0,
    /// <summary>Heartbeats stay away.</summary>
    MissedHeartbeats = 1,
    /// <summary>The consumer has no leader.</summary>
    NoLeader = 2,
    /// <summary>JetStream is not available.</summary>
    Unavailable = 3,
    /// <summary>As many pulls wait as may wait.</summary>
    TooManyPulls = 4,
    /// <summary>The pulls are refused.</summary>
    PullRejected = 5,
}

/// <summary>What ended a stall.</summary>
public enum ResumeSign
{
    /// <summary>A message.</summary>
    Message = 0,
    /// <summary>A heartbeat.</summary>
    Heartbeat = 1,
    /// <summary>A new consumer.</summary>
    Recreated = 2,
}

/// <summary>Why a read was ended.</summary>
public enum LostReason
{
    /// <summary>The consumer was deleted.</summary>
    ConsumerDeleted = 0,
    /// <summary>The stream was deleted.</summary>
    StreamDeleted = 1,
    /// <summary>The consumer is a push consumer.</summary>
    PushBased = 2,
    /// <summary>The server refuses the pulls.</summary>
    Refused = 3,
    /// <summary>It was recreated as often as it may be.</summary>
    ResetLimit = 4,
}

/// <summary>Why a consumer was made again.</summary>
public enum RecreateCause
{
    /// <summary>The connection has another session.</summary>
    Reconnected = 0,
    /// <summary>A message is missing.</summary>
    SequenceGap = 1,
    /// <summary>Heartbeats stayed away.</summary>
    MissedHeartbeats = 2,
    /// <summary>No one answered the pulls.</summary>
    NoResponders = 3,
    /// <summary>It was deleted.</summary>
    Deleted = 4,
    /// <summary>The stream lost messages.</summary>
    Regression = 5,
}

/// <summary>What showed that a stream lost messages.</summary>
public enum RegressionEvidence
{
    /// <summary>The ack of a publish.</summary>
    PubAck = 0,
    /// <summary>A message.</summary>
    Delivery = 1,
    /// <summary>A heartbeat.</summary>
    Heartbeat = 2,
    /// <summary>The info of the stream.</summary>
    StreamInfo = 3,
    /// <summary>The time at which the stream was made.</summary>
    Created = 4,
    /// <summary>The revision of a key.</summary>
    KVRevision = 5,
}

/// <summary>What the client did when a stream had lost messages.</summary>
public enum RegressionAction
{
    /// <summary>Nothing: it is reported.</summary>
    None = 0,
    /// <summary>It reads on from the time of the last message.</summary>
    ResumedByTime = 1,
    /// <summary>It reads from the beginning.</summary>
    Restarted = 2,
    /// <summary>It ended the read.</summary>
    Failed = 3,
}

/// <summary>What an uncertain outcome is about.</summary>
public enum UncertainOperation
{
    /// <summary>A publish.</summary>
    Publish = 0,
    /// <summary>An atomic batch.</summary>
    Batch = 1,
    /// <summary>A fast batch.</summary>
    FastBatch = 2,
    /// <summary>An ack of a message.</summary>
    Ack = 3,
    /// <summary>A write to a bucket.</summary>
    KVWrite = 4,
    /// <summary>The put of an object.</summary>
    ObjectPut = 5,
    /// <summary>A call of the API.</summary>
    ApiCall = 6,
}

/// <summary>What is known of an operation.</summary>
public enum UncertainResult
{
    /// <summary>It was sent, and nothing is known of its effect.</summary>
    Unknown = 0,
    /// <summary>It was stored, or the acknowledgement of a message was received: the answer came late.</summary>
    LateStored = 1,
    /// <summary>The stream had it already: the ack came late.</summary>
    LateDuplicate = 2,
    /// <summary>It was refused: the answer came late.</summary>
    LateRejected = 3,
}
