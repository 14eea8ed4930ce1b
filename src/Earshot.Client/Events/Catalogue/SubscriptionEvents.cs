using Earshot.Events;

// The records of events about subscriptions. Owns payload, severity and wording of each; never decides when one happens.
namespace Earshot;

/// <summary>A subscription was made.</summary>
public sealed record NatsSubscriptionCreatedEvent() : NatsConnectionEvent(NatsEventKind.SubscriptionCreated, NatsEventSeverity.Debug)
{
    /// <summary>The subscription.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>Its subject.</summary>
    public required string Subject { get; init; }
    /// <summary>Its queue group, if any.</summary>
    public string? Queue { get; init; }
    /// <summary>Its id on the wire.</summary>
    public required string Sid { get; init; }
    private protected override string Describe() => $"subscribed {EventText.Of(Subscription)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSubscriptionCreatedAsync(this, ct);
}

/// <summary>A subscription ended.</summary>
public sealed record NatsSubscriptionRemovedEvent() : NatsConnectionEvent(NatsEventKind.SubscriptionRemoved, NatsEventSeverity.Debug)
{
    /// <summary>The subscription.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>Its subject.</summary>
    public required string Subject { get; init; }
    /// <summary>Its queue group, if any.</summary>
    public string? Queue { get; init; }
    /// <summary>Its id on the wire.</summary>
    public required string Sid { get; init; }
    /// <summary>Why.</summary>
    public NatsSubEndReason Reason { get; init; }
    private protected override string Describe() => $"unsubscribed {EventText.Of(Subscription)} ({Reason})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSubscriptionRemovedAsync(this, ct);
}

/// <summary>A subscription reached its maximum and the last message was processed.</summary>
public sealed record NatsSubscriptionCompletedEvent() : NatsConnectionEvent(NatsEventKind.SubscriptionCompleted, NatsEventSeverity.Debug)
{
    /// <summary>The subscription.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>Messages delivered.</summary>
    public long Delivered { get; init; }
    /// <summary>The maximum.</summary>
    public long Max { get; init; }
    private protected override string Describe() => $"{EventText.Of(Subscription)} completed, {Delivered} of {Max} delivered";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSubscriptionCompletedAsync(this, ct);
}

/// <summary>Why a subscription ended.</summary>
public enum NatsSubEndReason
{
    /// <summary>It did not end, or for no known reason.</summary>
    None = 0,
    /// <summary>There were no messages.</summary>
    NoMsgs = 1,
    /// <summary>The maximum number of messages was reached.</summary>
    MaxMsgs = 2,
    /// <summary>The maximum number of bytes was reached.</summary>
    MaxBytes = 3,
    /// <summary>Its time was over.</summary>
    Timeout = 4,
    /// <summary>No message came for too long.</summary>
    IdleTimeout = 5,
    /// <summary>An empty message marked the end.</summary>
    EmptyMsg = 6,
    /// <summary>Heartbeats stayed away.</summary>
    IdleHeartbeatTimeout = 7,
    /// <summary>The first message came too late.</summary>
    StartUpTimeout = 8,
    /// <summary>The application cancelled it.</summary>
    Cancelled = 9,
    /// <summary>An exception ended it.</summary>
    Exception = 10,
    /// <summary>JetStream reported an error.</summary>
    JetStreamError = 11,
    /// <summary>Pull requests were still pending.</summary>
    RequestsPending = 12,
    /// <summary>The application unsubscribed.</summary>
    Unsubscribed = 13,
    /// <summary>It was drained.</summary>
    Drained = 14,
    /// <summary>The connection was closed.</summary>
    ConnectionClosed = 15,
    /// <summary>The application let go of it without ending it, and it was collected.</summary>
    Collected = 16,
}
