using Earshot.Events;

// The records of events about draining. Owns payload, severity and wording of each; never decides when one happens.
namespace Earshot;

/// <summary>A drain began.</summary>
public sealed record NatsDrainStartedEvent() : NatsConnectionEvent(NatsEventKind.DrainStarted, NatsEventSeverity.Information)
{
    /// <summary>What is drained.</summary>
    public NatsDrainScope Scope { get; init; }
    /// <summary>Subscriptions it concerns.</summary>
    public int Subscriptions { get; init; }
    /// <summary>The time it has.</summary>
    public TimeSpan Timeout { get; init; }
    private protected override string Describe() =>
        $"drain of the {(Scope == NatsDrainScope.Connection ? "connection" : "subscription")} started, {Subscriptions} subscriptions, {EventText.Of(Timeout)} at most";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDrainStartedAsync(this, ct);
}

/// <summary>All subscriptions are drained; now the pending bytes are written.</summary>
public sealed record NatsDrainingPublishersEvent() : NatsConnectionEvent(NatsEventKind.DrainingPublishers, NatsEventSeverity.Information)
{
    /// <summary>Bytes to write.</summary>
    public long PendingBytes { get; init; }
    private protected override string Describe() => $"draining publishers, {PendingBytes} bytes pending";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDrainingPublishersAsync(this, ct);
}

/// <summary>A drain ran out of time.</summary>
public sealed record NatsDrainTimeoutEvent() : NatsConnectionEvent(NatsEventKind.DrainTimeout, NatsEventSeverity.Error)
{
    /// <summary>The time it had.</summary>
    public TimeSpan Timeout { get; init; }
    /// <summary>What was not drained.</summary>
    public required IReadOnlyList<NatsDrainRemainder> Remaining { get; init; }
    private protected override string Describe() =>
        $"drain not finished within {EventText.Of(Timeout)}, {Remaining.Count} subscriptions remain"
        + (Remaining.FirstOrDefault(remainder => remainder.UnhandledMessages > 0) is { Subject: { } subject }
            ? $"; a message of '{subject}' was still being handled (a drain that is awaited inside the loop over its own messages waits for itself)" : "");
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDrainTimeoutAsync(this, ct);
}

/// <summary>A drain ended, in whatever way.</summary>
public sealed record NatsDrainCompletedEvent() : NatsConnectionEvent(NatsEventKind.DrainCompleted, NatsEventSeverity.Information)
{
    /// <summary>What was drained.</summary>
    public NatsDrainScope Scope { get; init; }
    /// <summary>How it ended.</summary>
    public NatsDrainOutcome Outcome { get; init; }
    /// <summary>Subscriptions it concerned.</summary>
    public int Subscriptions { get; init; }
    /// <summary>Messages delivered during it.</summary>
    public long Delivered { get; init; }
    /// <summary>Messages received that the application had not read when it ended; they are gone.</summary>
    public long Unread { get; init; }
    /// <summary>Messages read that the application had not finished to handle when it ended.</summary>
    public long Unhandled { get; init; }
    /// <summary>Messages published that the server had not confirmed when it ended; they may have arrived or not.</summary>
    public long Unflushed { get; init; }
    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
    private protected override NatsEventSeverity CurrentSeverity =>
        Outcome == NatsDrainOutcome.Clean && Unread + Unhandled + Unflushed == 0 ? NatsEventSeverity.Information : NatsEventSeverity.Warning;
    private protected override string Describe() =>
        $"drain ended ({Outcome}) after {EventText.Of(Duration)}, {Delivered} messages delivered"
        + (Unread > 0 ? $", {Unread} not read" : "") + (Unhandled > 0 ? $", {Unhandled} not handled" : "") + (Unflushed > 0 ? $", {Unflushed} not confirmed" : "");
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDrainCompletedAsync(this, ct);
}

/// <summary>What is drained.</summary>
public enum NatsDrainScope
{
    /// <summary>One subscription.</summary>
    Subscription,
    /// <summary>The whole connection.</summary>
    Connection,
}

/// <summary>How a drain ended.</summary>
public enum NatsDrainOutcome
{
    /// <summary>Everything was delivered and written.</summary>
    Clean,
    /// <summary>The time was over.</summary>
    TimedOut,
    /// <summary>The session was lost, or the connection was closed or disposed before it was over.</summary>
    Interrupted,
}

/// <summary>What a subscription still held when a drain ran out of time.</summary>
/// <param name="Sid">Its id on the wire.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="PendingMessages">Messages that were not read.</param>
public readonly record struct NatsDrainRemainder(string Sid, string Subject, long PendingMessages)
{
    /// <summary>Messages that enumerations had taken and not finished to handle.</summary>
    public long UnhandledMessages { get; init; }
}
