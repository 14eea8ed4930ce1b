using Earshot.Events;

// The records of events about the flow of messages. Defines payload, severity and message of each; does not decide when one is emitted.
namespace Earshot;

public partial interface INatsConnectionListener
{
    /// <summary>Called for <see cref="NatsEventKind.SlowConsumer"/>: a subscription became a slow consumer: its queue is full.</summary>
    ValueTask OnSlowConsumerAsync(NatsSlowConsumerEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.SlowConsumerRecovered"/>: a slow consumer has recovered: its queue is down to half of the limit.</summary>
    ValueTask OnSlowConsumerRecoveredAsync(NatsSlowConsumerRecoveredEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.MessageDropped"/>: inbound messages were dropped.</summary>
    ValueTask OnMessageDroppedAsync(NatsMessageDroppedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.MessageDiscarded"/>: an outbound message was not accepted, and no exception reported it.</summary>
    ValueTask OnMessageDiscardedAsync(NatsMessageDiscardedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.PendingBufferHigh"/>: the pending buffer is filled to 80 % of its size.</summary>
    ValueTask OnPendingBufferHighAsync(NatsPendingBufferHighEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.PendingBufferLow"/>: the pending buffer is down to half of its size.</summary>
    ValueTask OnPendingBufferLowAsync(NatsPendingBufferLowEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.PendingBufferFull"/>: a publish could not be buffered because the pending buffer is full.</summary>
    ValueTask OnPendingBufferFullAsync(NatsPendingBufferFullEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.PendingReplayed"/>: publishes that were buffered during an outage were written.</summary>
    ValueTask OnPendingReplayedAsync(NatsPendingReplayedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.PendingDiscarded"/>: bytes that were accepted will never be sent.</summary>
    ValueTask OnPendingDiscardedAsync(NatsPendingDiscardedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.RequestsFailed"/>: requests were in flight when the session was lost.</summary>
    ValueTask OnRequestsFailedAsync(NatsRequestsFailedEvent e, CancellationToken ct) => default;
}

/// <summary>A subscription became a slow consumer: its queue is full. Raised at the first drop of an episode.</summary>
public sealed record NatsSlowConsumerEvent() : NatsConnectionEvent(NatsEventKind.SlowConsumer, NatsEventSeverity.Warning)
{
    /// <summary>The subscription whose queue is full.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>The id of the subscription on the wire.</summary>
    public required string Sid { get; init; }
    /// <summary>The subject of the subscription.</summary>
    public required string Subject { get; init; }
    /// <summary>Number of messages in the queue.</summary>
    public long PendingMessages { get; init; }
    /// <summary>Payload bytes in the queue.</summary>
    public long PendingBytes { get; init; }
    /// <summary>Maximum number of messages in the queue.</summary>
    public long LimitMessages { get; init; }
    /// <summary>Maximum payload bytes in the queue.</summary>
    public long LimitBytes { get; init; }
    /// <summary>What happens to further messages.</summary>
    public NatsSlowConsumerPolicy Policy { get; init; }
    private protected override string Describe() => $"slow consumer: {EventText.Of(Subscription)} holds {EventText.Count(PendingMessages, "message")}, {EventText.Count(PendingBytes, "byte")} ({Policy})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSlowConsumerAsync(this, ct);
}

/// <summary>A slow consumer has recovered: its queue is down to half of the limit.</summary>
public sealed record NatsSlowConsumerRecoveredEvent() : NatsConnectionEvent(NatsEventKind.SlowConsumerRecovered, NatsEventSeverity.Information)
{
    /// <summary>The subscription that has recovered.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>The duration of the episode.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>Number of messages dropped in the episode.</summary>
    public long Dropped { get; init; }
    /// <summary>The maximum number of queued messages in the episode.</summary>
    public long PeakPending { get; init; }
    private protected override string Describe() => $"{EventText.Of(Subscription)} recovered after {EventText.Of(Duration)}, {EventText.Count(Dropped, "message")} dropped";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSlowConsumerRecoveredAsync(this, ct);
}

/// <summary>Inbound messages were dropped. At most one event per second and subscription.</summary>
public sealed record NatsMessageDroppedEvent() : NatsConnectionEvent(NatsEventKind.MessageDropped, NatsEventSeverity.Warning)
{
    /// <summary>The subscription that dropped the messages.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>The subject of the last dropped message.</summary>
    public required string Subject { get; init; }
    /// <summary>The reply subject of the last dropped message, if any.</summary>
    public string? ReplyTo { get; init; }
    /// <summary>The payload size of the last dropped message in bytes.</summary>
    public int Size { get; init; }
    /// <summary>Number of messages that this event represents.</summary>
    public long DroppedSinceLast { get; init; }
    /// <summary>Total number of messages that the subscription has dropped.</summary>
    public long DroppedTotal { get; init; }
    /// <summary>Why the messages were dropped.</summary>
    public NatsMessageDropReason Reason { get; init; }
    private protected override string Describe() => $"{EventText.Count(DroppedSinceLast, "message")} dropped by {EventText.Of(Subscription)} ({Reason})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnMessageDroppedAsync(this, ct);
}

/// <summary>An outbound message was not accepted, and no exception reported it.</summary>
public sealed record NatsMessageDiscardedEvent() : NatsConnectionEvent(NatsEventKind.MessageDiscarded, NatsEventSeverity.Warning)
{
    /// <summary>The subject of the message.</summary>
    public required string Subject { get; init; }
    /// <summary>The payload size of the message in bytes.</summary>
    public int Size { get; init; }
    /// <summary>Why the message was not accepted.</summary>
    public NatsMessageDiscardReason Reason { get; init; }
    private protected override string Describe() => $"message to {Subject} discarded, {Size} bytes ({Reason})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnMessageDiscardedAsync(this, ct);
}

/// <summary>The pending buffer is filled to 80 % of its size.</summary>
public sealed record NatsPendingBufferHighEvent() : NatsConnectionEvent(NatsEventKind.PendingBufferHigh, NatsEventSeverity.Warning)
{
    /// <summary>Number of bytes in the pending buffer.</summary>
    public long Bytes { get; init; }
    /// <summary>Size of the pending buffer in bytes.</summary>
    public long LimitBytes { get; init; }
    /// <summary>Used share of the pending buffer, from 0 to 1.</summary>
    public double Ratio { get; init; }
    private protected override string Describe() => $"pending buffer high: {Bytes} of {LimitBytes} bytes";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPendingBufferHighAsync(this, ct);
}

/// <summary>The pending buffer is down to half of its size. Follows <see cref="NatsEventKind.PendingBufferHigh"/>.</summary>
public sealed record NatsPendingBufferLowEvent() : NatsConnectionEvent(NatsEventKind.PendingBufferLow, NatsEventSeverity.Information)
{
    /// <summary>Number of bytes in the pending buffer.</summary>
    public long Bytes { get; init; }
    /// <summary>Size of the pending buffer in bytes.</summary>
    public long LimitBytes { get; init; }
    /// <summary>Used share of the pending buffer, from 0 to 1.</summary>
    public double Ratio { get; init; }
    private protected override string Describe() => $"pending buffer low: {Bytes} of {LimitBytes} bytes";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPendingBufferLowAsync(this, ct);
}

/// <summary>A publish could not be buffered because the pending buffer is full. Once per episode.</summary>
public sealed record NatsPendingBufferFullEvent() : NatsConnectionEvent(NatsEventKind.PendingBufferFull, NatsEventSeverity.Error)
{
    /// <summary>Size of the pending buffer in bytes.</summary>
    public long LimitBytes { get; init; }
    /// <summary>What publishes do while the buffer is full.</summary>
    public NatsPendingBufferPolicy Policy { get; init; }
    private protected override string Describe() => $"pending buffer full at {LimitBytes} bytes ({Policy})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPendingBufferFullAsync(this, ct);
}

/// <summary>Publishes that were buffered during an outage were written.</summary>
public sealed record NatsPendingReplayedEvent() : NatsConnectionEvent(NatsEventKind.PendingReplayed, NatsEventSeverity.Information)
{
    /// <summary>Number of messages that were written.</summary>
    public long Messages { get; init; }
    /// <summary>Number of bytes that were written.</summary>
    public long Bytes { get; init; }
    /// <summary>The duration of writing them.</summary>
    public TimeSpan Duration { get; init; }
    private protected override string Describe() => $"replayed {Messages} buffered messages, {Bytes} bytes";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPendingReplayedAsync(this, ct);
}

/// <summary>Bytes that were accepted will never be sent.</summary>
public sealed record NatsPendingDiscardedEvent() : NatsConnectionEvent(NatsEventKind.PendingDiscarded, NatsEventSeverity.Warning)
{
    /// <summary>Number of messages that are discarded.</summary>
    public long Messages { get; init; }
    /// <summary>Number of bytes that are discarded.</summary>
    public long Bytes { get; init; }
    /// <summary>Why they are discarded.</summary>
    public NatsPendingDiscardReason Cause { get; init; }
    private protected override string Describe() => $"discarded {Messages} pending messages, {Bytes} bytes ({Cause})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPendingDiscardedAsync(this, ct);
}

/// <summary>Requests were in flight when the session was lost.</summary>
public sealed record NatsRequestsFailedEvent() : NatsConnectionEvent(NatsEventKind.RequestsFailed, NatsEventSeverity.Warning)
{
    /// <summary>Number of requests in flight.</summary>
    public int Count { get; init; }
    /// <summary>What happens to the requests.</summary>
    public NatsRequestFailMode Mode { get; init; }
    private protected override string Describe() => $"{Count} requests in flight at disconnect ({Mode})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnRequestsFailedAsync(this, ct);
}

/// <summary>What happens to a message when its subscription is full.</summary>
public enum NatsSlowConsumerPolicy
{
    /// <summary>The new message is dropped.</summary>
    DropNewest,
    /// <summary>The oldest queued message is dropped.</summary>
    DropOldest,
    /// <summary>The connection stops reading from the socket until there is capacity.</summary>
    Wait,
}

/// <summary>Why an inbound message was dropped.</summary>
public enum NatsMessageDropReason
{
    /// <summary>The queue of the subscription was full.</summary>
    QueueFull,
}

/// <summary>Why an outbound message was not accepted.</summary>
public enum NatsMessageDiscardReason
{
    /// <summary>The message exceeds the maximum payload.</summary>
    TooLarge,
}

/// <summary>Why bytes that were accepted will never be sent.</summary>
public enum NatsPendingDiscardReason
{
    /// <summary>The connection was closed before they were written.</summary>
    Close,
    /// <summary>They were written in part when the session was lost, and are not sent again.</summary>
    PartialWrite,
}

/// <summary>What a publish does when there is no session and no space in the pending buffer.</summary>
public enum NatsPendingBufferPolicy
{
    /// <summary>The publish waits for space until its timeout.</summary>
    Wait,
    /// <summary>The publish fails immediately with an exception.</summary>
    Fail,
    /// <summary>Publishes are not buffered: without a session a publish fails, except during a planned migration, when it waits for the next session.</summary>
    NoBuffering,
}

/// <summary>What happens to requests in flight when the session is lost.</summary>
public enum NatsRequestFailMode
{
    /// <summary>The requests fail immediately with an unknown outcome.</summary>
    FailImmediately,
    /// <summary>The requests wait for a reply until their timeout.</summary>
    WaitForTimeout,
}
