using Earshot.Events;

// The records of events about subscriptions. Defines payload, severity and message of each; does not decide when one is emitted.
namespace Earshot;

public partial interface INatsConnectionListener
{
    /// <summary>Called for <see cref="NatsEventKind.SubscriptionCreated"/>: a subscription was created on the connection.</summary>
    ValueTask OnSubscriptionCreatedAsync(NatsSubscriptionCreatedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.SubscriptionRemoved"/>: a subscription of the connection ended.</summary>
    ValueTask OnSubscriptionRemovedAsync(NatsSubscriptionRemovedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.SubscriptionCompleted"/>: a subscription reached its maximum, and its last message was processed.</summary>
    ValueTask OnSubscriptionCompletedAsync(NatsSubscriptionCompletedEvent e, CancellationToken ct) => default;
}

/// <summary>A subscription was created on the connection.</summary>
public sealed record NatsSubscriptionCreatedEvent() : NatsConnectionEvent(NatsEventKind.SubscriptionCreated, NatsEventSeverity.Debug)
{
    /// <summary>The subscription that was created.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>The subject of the subscription.</summary>
    public required string Subject { get; init; }
    /// <summary>The queue group of the subscription, if any.</summary>
    public string? Queue { get; init; }
    /// <summary>The id of the subscription on the wire.</summary>
    public required string Sid { get; init; }
    private protected override string Describe() => $"subscribed {EventText.Of(Subscription)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSubscriptionCreatedAsync(this, ct);
}

/// <summary>A subscription of the connection ended.</summary>
public sealed record NatsSubscriptionRemovedEvent() : NatsConnectionEvent(NatsEventKind.SubscriptionRemoved, NatsEventSeverity.Debug)
{
    /// <summary>The subscription that ended.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>The subject of the subscription.</summary>
    public required string Subject { get; init; }
    /// <summary>The queue group of the subscription, if any.</summary>
    public string? Queue { get; init; }
    /// <summary>The id of the subscription on the wire.</summary>
    public required string Sid { get; init; }
    /// <summary>Why the subscription ended.</summary>
    public NatsSubEndReason Reason { get; init; }
    private protected override string Describe() => $"unsubscribed {EventText.Of(Subscription)} ({Reason})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSubscriptionRemovedAsync(this, ct);
}

/// <summary>A subscription reached its maximum, and its last message was processed.</summary>
public sealed record NatsSubscriptionCompletedEvent() : NatsConnectionEvent(NatsEventKind.SubscriptionCompleted, NatsEventSeverity.Debug)
{
    /// <summary>The subscription that is complete.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>Number of messages delivered.</summary>
    public long Delivered { get; init; }
    /// <summary>The maximum number of messages.</summary>
    public long Max { get; init; }
    private protected override string Describe() => $"{EventText.Of(Subscription)} completed, {Delivered} of {Max} delivered";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSubscriptionCompletedAsync(this, ct);
}

/// <summary>Why a subscription ended.</summary>
public enum NatsSubEndReason
{
    /// <summary>It has not ended, or the reason is unknown.</summary>
    None = 0,
    /// <summary>There were no messages.</summary>
    NoMsgs = 1,
    /// <summary>The maximum number of messages was reached.</summary>
    MaxMsgs = 2,
    /// <summary>The maximum number of bytes was reached.</summary>
    MaxBytes = 3,
    /// <summary>The timeout of the subscription elapsed.</summary>
    Timeout = 4,
    /// <summary>No message arrived within the idle timeout.</summary>
    IdleTimeout = 5,
    /// <summary>An empty message marked the end.</summary>
    EmptyMsg = 6,
    /// <summary>Heartbeats were missing for too long.</summary>
    IdleHeartbeatTimeout = 7,
    /// <summary>No first message arrived within the start-up timeout.</summary>
    StartUpTimeout = 8,
    /// <summary>The application cancelled the subscription.</summary>
    Cancelled = 9,
    /// <summary>An exception ended the subscription.</summary>
    Exception = 10,
    /// <summary>JetStream reported an error.</summary>
    JetStreamError = 11,
    /// <summary>Pull requests were still pending.</summary>
    RequestsPending = 12,
    /// <summary>The application unsubscribed or disposed it.</summary>
    Unsubscribed = 13,
    /// <summary>The subscription was drained.</summary>
    Drained = 14,
    /// <summary>The connection was closed.</summary>
    ConnectionClosed = 15,
    /// <summary>The application dropped the last reference without ending it.</summary>
    Collected = 16,
}
