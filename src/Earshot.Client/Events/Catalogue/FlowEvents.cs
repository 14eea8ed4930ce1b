using Earshot.Events;

// The records of events about the flow of messages. Owns payload, severity and wording of each; never decides when one happens.
namespace Earshot;

/// <summary>A subscription is full: the first drop of an episode.</summary>
public sealed record NatsSlowConsumerEvent() : NatsConnectionEvent(NatsEventKind.SlowConsumer, NatsEventSeverity.Warning)
{
    /// <summary>The subscription.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>Its id on the wire.</summary>
    public required string Sid { get; init; }
    /// <summary>Its subject.</summary>
    public required string Subject { get; init; }
    /// <summary>Messages that wait.</summary>
    public long PendingMessages { get; init; }
    /// <summary>Bytes that wait.</summary>
    public long PendingBytes { get; init; }
    /// <summary>Messages that may wait.</summary>
    public long LimitMessages { get; init; }
    /// <summary>Bytes that may wait.</summary>
    public long LimitBytes { get; init; }
    /// <summary>What happens to further messages.</summary>
    public NatsSlowConsumerPolicy Policy { get; init; }
    private protected override string Describe() => $"slow consumer: {EventText.Of(Subscription)} holds {PendingMessages} messages, {PendingBytes} bytes ({Policy})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSlowConsumerAsync(this, ct);
}

/// <summary>A subscription that was full is down to half of its limit.</summary>
public sealed record NatsSlowConsumerRecoveredEvent() : NatsConnectionEvent(NatsEventKind.SlowConsumerRecovered, NatsEventSeverity.Information)
{
    /// <summary>The subscription.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>How long the episode took.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>Messages dropped in it.</summary>
    public long Dropped { get; init; }
    /// <summary>The most messages that waited.</summary>
    public long PeakPending { get; init; }
    private protected override string Describe() => $"{EventText.Of(Subscription)} recovered after {EventText.Of(Duration)}, {Dropped} messages dropped";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSlowConsumerRecoveredAsync(this, ct);
}

/// <summary>Inbound messages were dropped; at most one event per second and subscription.</summary>
public sealed record NatsMessageDroppedEvent() : NatsConnectionEvent(NatsEventKind.MessageDropped, NatsEventSeverity.Warning)
{
    /// <summary>The subscription.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>The subject of the last one.</summary>
    public required string Subject { get; init; }
    /// <summary>The reply subject of the last one, if any.</summary>
    public string? ReplyTo { get; init; }
    /// <summary>The payload bytes of the last one.</summary>
    public int Size { get; init; }
    /// <summary>Messages this event stands for.</summary>
    public long DroppedSinceLast { get; init; }
    /// <summary>Messages the subscription has dropped in all.</summary>
    public long DroppedTotal { get; init; }
    /// <summary>Why.</summary>
    public NatsMessageDropReason Reason { get; init; }
    private protected override string Describe() => $"dropped {DroppedSinceLast} messages of {EventText.Of(Subscription)} ({Reason})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnMessageDroppedAsync(this, ct);
}

/// <summary>An outbound message was not accepted and no exception reported it.</summary>
public sealed record NatsMessageDiscardedEvent() : NatsConnectionEvent(NatsEventKind.MessageDiscarded, NatsEventSeverity.Warning)
{
    /// <summary>Its subject.</summary>
    public required string Subject { get; init; }
    /// <summary>Its payload bytes.</summary>
    public int Size { get; init; }
    /// <summary>Why.</summary>
    public NatsMessageDiscardReason Reason { get; init; }
    private protected override string Describe() => $"discarded a message to {Subject}, {Size} bytes ({Reason})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnMessageDiscardedAsync(this, ct);
}

/// <summary>The pending buffer is 80 % full.</summary>
public sealed record NatsPendingBufferHighEvent() : NatsConnectionEvent(NatsEventKind.PendingBufferHigh, NatsEventSeverity.Warning)
{
    /// <summary>Bytes in it.</summary>
    public long Bytes { get; init; }
    /// <summary>Bytes that fit.</summary>
    public long Limit { get; init; }
    /// <summary>Share that is used, 0 to 1.</summary>
    public double Ratio { get; init; }
    private protected override string Describe() => $"pending buffer high: {Bytes} of {Limit} bytes";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPendingBufferHighAsync(this, ct);
}

/// <summary>The pending buffer is down to half; pairs with <see cref="NatsEventKind.PendingBufferHigh"/>.</summary>
public sealed record NatsPendingBufferLowEvent() : NatsConnectionEvent(NatsEventKind.PendingBufferLow, NatsEventSeverity.Information)
{
    /// <summary>Bytes in it.</summary>
    public long Bytes { get; init; }
    /// <summary>Bytes that fit.</summary>
    public long Limit { get; init; }
    /// <summary>Share that is used, 0 to 1.</summary>
    public double Ratio { get; init; }
    private protected override string Describe() => $"pending buffer low: {Bytes} of {Limit} bytes";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPendingBufferLowAsync(this, ct);
}

/// <summary>A publish could not be buffered; once per episode.</summary>
public sealed record NatsPendingBufferFullEvent() : NatsConnectionEvent(NatsEventKind.PendingBufferFull, NatsEventSeverity.Error)
{
    /// <summary>Bytes that fit.</summary>
    public long Limit { get; init; }
    /// <summary>What a publish does now.</summary>
    public NatsPendingBufferPolicy Policy { get; init; }
    private protected override string Describe() => $"pending buffer full at {Limit} bytes ({Policy})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPendingBufferFullAsync(this, ct);
}

/// <summary>Publishes buffered during an outage were written.</summary>
public sealed record NatsPendingReplayedEvent() : NatsConnectionEvent(NatsEventKind.PendingReplayed, NatsEventSeverity.Information)
{
    /// <summary>How many.</summary>
    public long Messages { get; init; }
    /// <summary>How many bytes.</summary>
    public long Bytes { get; init; }
    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
    private protected override string Describe() => $"replayed {Messages} buffered messages, {Bytes} bytes";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPendingReplayedAsync(this, ct);
}

/// <summary>Bytes that were accepted will never be sent.</summary>
public sealed record NatsPendingDiscardedEvent() : NatsConnectionEvent(NatsEventKind.PendingDiscarded, NatsEventSeverity.Warning)
{
    /// <summary>How many messages.</summary>
    public long Messages { get; init; }
    /// <summary>How many bytes.</summary>
    public long Bytes { get; init; }
    /// <summary>Why.</summary>
    public NatsPendingDiscardReason Cause { get; init; }
    private protected override string Describe() => $"discarded {Messages} pending messages, {Bytes} bytes ({Cause})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPendingDiscardedAsync(this, ct);
}

/// <summary>Requests were in flight when the session was lost.</summary>
public sealed record NatsRequestsFailedEvent() : NatsConnectionEvent(NatsEventKind.RequestsFailed, NatsEventSeverity.Warning)
{
    /// <summary>How many.</summary>
    public int Count { get; init; }
    /// <summary>What happened to them.</summary>
    public NatsRequestFailMode Mode { get; init; }
    private protected override string Describe() => $"{Count} requests in flight at the disconnect ({Mode})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnRequestsFailedAsync(this, ct);
}

/// <summary>What happens to a message when a subscription is full.</summary>
public enum NatsSlowConsumerPolicy
{
    /// <summary>The new message is dropped.</summary>
    DropNewest,
    /// <summary>The oldest waiting message is dropped.</summary>
    DropOldest,
    /// <summary>Reading from the server waits.</summary>
    Wait,
}

/// <summary>Why an inbound message was dropped.</summary>
public enum NatsMessageDropReason
{
    /// <summary>The queue of the subscription was full.</summary>
    QueueFull,
    /// <summary>A limit of the subscription was reached.</summary>
    Limit,
    /// <summary>There was no memory for it.</summary>
    Alloc,
    /// <summary>The subscription was closed.</summary>
    Closed,
}

/// <summary>Why an outbound message was not accepted.</summary>
public enum NatsMessageDiscardReason
{
    /// <summary>The pending buffer was full.</summary>
    BufferFull,
    /// <summary>The queue was full.</summary>
    QueueFull,
    /// <summary>There was no session.</summary>
    Disconnected,
    /// <summary>It exceeds the maximum payload.</summary>
    TooLarge,
}

/// <summary>Why bytes that were accepted will never be sent.</summary>
public enum NatsPendingDiscardReason
{
    /// <summary>The connection closed.</summary>
    Close,
    /// <summary>They were cut off in the middle when the session was lost.</summary>
    PartialWrite,
    /// <summary>The overflow policy says so.</summary>
    Policy,
}

/// <summary>What a publish does that finds no session and no room in the pending buffer.</summary>
public enum NatsPendingBufferPolicy
{
    /// <summary>It waits for room, as long as it may.</summary>
    Wait,
    /// <summary>It throws at once.</summary>
    Fail,
    /// <summary>Nothing is buffered: without a session it throws at once.</summary>
    NoBuffering,
}

/// <summary>What happened to requests in flight when the session was lost.</summary>
public enum NatsRequestFailMode
{
    /// <summary>They failed at once.</summary>
    FailImmediately,
    /// <summary>They run until their timeout.</summary>
    WaitForTimeout,
    /// <summary>They are sent again.</summary>
    Retry,
}
