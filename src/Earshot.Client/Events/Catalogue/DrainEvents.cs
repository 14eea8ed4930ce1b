using Earshot.Events;

// The records of events about draining. Defines payload, severity and message of each; does not decide when one is emitted.
namespace Earshot;

public partial interface INatsConnectionListener
{
    /// <summary>Called for <see cref="NatsEventKind.DrainStarted"/>: a drain of a subscription or connection began.</summary>
    ValueTask OnDrainStartedAsync(NatsDrainStartedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.DrainingPublishers"/>: all subscriptions are drained, and pending bytes are now written.</summary>
    ValueTask OnDrainingPublishersAsync(NatsDrainingPublishersEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.DrainTimeout"/>: a drain did not complete within its timeout.</summary>
    ValueTask OnDrainTimeoutAsync(NatsDrainTimeoutEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.DrainCompleted"/>: a drain ended, with any outcome.</summary>
    ValueTask OnDrainCompletedAsync(NatsDrainCompletedEvent e, CancellationToken ct) => default;
}

/// <summary>A drain of a subscription or connection began.</summary>
public sealed record NatsDrainStartedEvent() : NatsConnectionEvent(NatsEventKind.DrainStarted, NatsEventSeverity.Information)
{
    /// <summary>What is being drained.</summary>
    public NatsDrainScope Scope { get; init; }
    /// <summary>Number of subscriptions that are drained.</summary>
    public int Subscriptions { get; init; }
    /// <summary>The timeout of the drain.</summary>
    public TimeSpan Timeout { get; init; }
    private protected override string Describe() =>
        $"drain of the {(Scope == NatsDrainScope.Connection ? "connection" : "subscription")} started: {Subscriptions} subscriptions, timeout {EventText.Of(Timeout)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDrainStartedAsync(this, ct);
}

/// <summary>All subscriptions are drained, and pending bytes are now written.</summary>
public sealed record NatsDrainingPublishersEvent() : NatsConnectionEvent(NatsEventKind.DrainingPublishers, NatsEventSeverity.Information)
{
    /// <summary>Number of bytes to be written.</summary>
    public long PendingBytes { get; init; }
    private protected override string Describe() => $"draining publishers, {PendingBytes} bytes pending";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDrainingPublishersAsync(this, ct);
}

/// <summary>A drain did not complete within its timeout.</summary>
public sealed record NatsDrainTimeoutEvent() : NatsConnectionEvent(NatsEventKind.DrainTimeout, NatsEventSeverity.Error)
{
    /// <summary>The timeout of the drain.</summary>
    public TimeSpan Timeout { get; init; }
    /// <summary>The subscriptions that were not drained.</summary>
    public required IReadOnlyList<NatsDrainRemainder> Remaining { get; init; }
    private protected override string Describe() =>
        $"drain timed out after {EventText.Of(Timeout)}, {Remaining.Count} subscriptions not drained"
        + (Remaining.FirstOrDefault(remainder => remainder.UnhandledMessages > 0) is { Subject: { } subject }
            ? $"; a message of '{subject}' was still being handled (awaiting a drain inside the loop over the same messages deadlocks until the timeout)" : "");
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDrainTimeoutAsync(this, ct);
}

/// <summary>A drain ended, with any outcome.</summary>
public sealed record NatsDrainCompletedEvent() : NatsConnectionEvent(NatsEventKind.DrainCompleted, NatsEventSeverity.Information)
{
    /// <summary>What was being drained.</summary>
    public NatsDrainScope Scope { get; init; }
    /// <summary>The outcome of the drain.</summary>
    public NatsDrainOutcome Outcome { get; init; }
    /// <summary>Number of subscriptions that were drained.</summary>
    public int Subscriptions { get; init; }
    /// <summary>Number of messages delivered during the drain.</summary>
    public long Delivered { get; init; }
    /// <summary>Number of received messages that the application had not read when the drain ended; they are lost.</summary>
    public long Unread { get; init; }
    /// <summary>Number of messages that the application had read and not finished processing when the drain ended.</summary>
    public long Unhandled { get; init; }
    /// <summary>Number of published messages that the server had not confirmed when the drain ended; they may or may not have arrived.</summary>
    public long Unflushed { get; init; }
    /// <summary>The duration of the drain.</summary>
    public TimeSpan Duration { get; init; }
    private protected override NatsEventSeverity CurrentSeverity =>
        Outcome == NatsDrainOutcome.Clean && Unread + Unhandled + Unflushed == 0 ? NatsEventSeverity.Information : NatsEventSeverity.Warning;
    private protected override string Describe() =>
        $"drain completed ({Outcome}) after {EventText.Of(Duration)}, {EventText.Count(Delivered, "message")} delivered"
        + (Unread > 0 ? $", {Unread} not read" : "") + (Unhandled > 0 ? $", {Unhandled} not handled" : "") + (Unflushed > 0 ? $", {Unflushed} not confirmed" : "");
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDrainCompletedAsync(this, ct);
}

/// <summary>The scope of a drain: a subscription or the connection.</summary>
public enum NatsDrainScope
{
    /// <summary>The drain of one subscription.</summary>
    Subscription,
    /// <summary>The drain of the whole connection.</summary>
    Connection,
}

/// <summary>The outcome of a drain.</summary>
public enum NatsDrainOutcome
{
    /// <summary>Everything was delivered and written.</summary>
    Clean,
    /// <summary>The timeout of the drain elapsed.</summary>
    TimedOut,
    /// <summary>The session was lost, or the connection was closed or disposed, before the drain completed.</summary>
    Interrupted,
}

/// <summary>What a subscription still held when a drain timed out.</summary>
/// <param name="Sid">The id of the subscription on the wire.</param>
/// <param name="Subject">The subject of the subscription.</param>
/// <param name="PendingMessages">Number of messages that were not read.</param>
public readonly record struct NatsDrainRemainder(string Sid, string Subject, long PendingMessages)
{
    /// <summary>Number of messages that were read and not finished processing.</summary>
    public long UnhandledMessages { get; init; }
}
