using System.Net;
using Earshot.Events;

// The records of events about single connect attempts. Defines payload, severity and message of each; does not decide when one is emitted.
namespace Earshot;

public partial interface INatsConnectionListener
{
    /// <summary>Called for <see cref="NatsEventKind.ConnectAttempt"/>: a connect attempt begins: an address is about to be dialled.</summary>
    ValueTask OnConnectAttemptAsync(NatsConnectAttemptEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ConnectAttemptFailed"/>: a connect attempt failed in one of its phases.</summary>
    ValueTask OnConnectAttemptFailedAsync(NatsConnectAttemptFailedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ConnectPhaseCompleted"/>: a phase of a connect attempt is complete.</summary>
    ValueTask OnConnectPhaseCompletedAsync(NatsConnectPhaseCompletedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ReconnectDelay"/>: the back-off delay before the next round of connect attempts begins.</summary>
    ValueTask OnReconnectDelayAsync(NatsReconnectDelayEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.MaxReconnectsReached"/>: a limit of reconnecting was reached.</summary>
    ValueTask OnMaxReconnectsReachedAsync(NatsMaxReconnectsReachedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ServerSelectionRejected"/>: the server selector returned a server that is not allowed, or threw an exception.</summary>
    ValueTask OnServerSelectionRejectedAsync(NatsServerSelectionRejectedEvent e, CancellationToken ct) => default;
}

/// <summary>A connect attempt begins: an address is about to be dialled.</summary>
public sealed record NatsConnectAttemptEvent() : NatsConnectionEvent(NatsEventKind.ConnectAttempt, NatsEventSeverity.Debug)
{
    /// <summary>The server of the attempt.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>The address of the attempt; null until it is resolved.</summary>
    public EndPoint? Endpoint { get; init; }
    /// <summary>The number of the attempt in the outage, from 1.</summary>
    public int Attempt { get; init; }
    /// <summary>The number of the round, from 1.</summary>
    public int Round { get; init; }
    /// <summary>Whether the attempt belongs to the first connect.</summary>
    public bool Initial { get; init; }
    /// <summary>What selected the server.</summary>
    public NatsServerSelectionSource SelectedBy { get; init; }
    private protected override string Describe() => $"attempt {Attempt} (round {Round}): {Server}{(Endpoint is null ? "" : $" at {Endpoint}")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConnectAttemptAsync(this, ct);
}

/// <summary>A connect attempt failed in one of its phases.</summary>
public sealed record NatsConnectAttemptFailedEvent() : NatsConnectionEvent(NatsEventKind.ConnectAttemptFailed, NatsEventSeverity.Warning)
{
    /// <summary>From this attempt of one search on, attempts are not reported one by one any more.</summary>
    internal const int CoalescedFrom = 20;

    /// <summary>The server of the attempt.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>The address of the attempt; null if it was not resolved.</summary>
    public EndPoint? Endpoint { get; init; }
    /// <summary>The phase in which the attempt failed.</summary>
    public NatsConnectPhase Phase { get; init; }
    /// <summary>Whether the client abandoned the attempt: another one was accepted first, it made no progress, or the connection ended.</summary>
    public bool Abandoned { get; init; }
    /// <summary>The exception that describes the failure.</summary>
    public required Exception Exception { get; init; }
    /// <summary>The error the server sent, if any.</summary>
    public NatsServerError? ServerError { get; init; }
    /// <summary>The duration of the attempt.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>Whether another attempt follows.</summary>
    public bool WillRetry { get; init; }
    /// <summary>The delay before the next attempt; null if unknown.</summary>
    public TimeSpan? NextDelay { get; init; }
    /// <summary>The number of the attempt in the outage, from 1.</summary>
    public int Attempt { get; init; }
    /// <summary>The number of the round, from 1.</summary>
    public int Round { get; init; }
    /// <summary>The id of the server; null if its INFO was not received.</summary>
    public string? ServerId { get; init; }
    /// <summary>The id that the server gave this attempt (<c>cid</c>); null if its INFO was not received.</summary>
    public ulong? ClientId { get; init; }
    /// <summary>
    /// The first of the failed attempts that this event represents, from the 20th attempt of an outage on
    /// (<see cref="NatsConnectionEvent.RepeatCount"/>); otherwise 0.
    /// </summary>
    public int FirstAttemptId { get; init; }
    /// <summary>The last of the failed attempts that this event represents, which the other members describe; otherwise 0.</summary>
    public int LastAttemptId { get; init; }
    private protected override NatsEventSeverity CurrentSeverity => Abandoned ? NatsEventSeverity.Debug : NatsEventSeverity.Warning;
    private protected override string Describe() =>
        $"attempt {Attempt} on {Server} {(Abandoned ? "abandoned" : "failed")} in {Phase}{EventText.Because(ServerError?.Text, Exception)}{(RepeatCount > 1 ? $" (represents {RepeatCount} failed attempts)" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConnectAttemptFailedAsync(this, ct);
}

/// <summary>A phase of a connect attempt is complete. Raised only for readers that ask for this kind.</summary>
public sealed record NatsConnectPhaseCompletedEvent() : NatsConnectionEvent(NatsEventKind.ConnectPhaseCompleted, NatsEventSeverity.Trace)
{
    /// <summary>The phase that is complete.</summary>
    public NatsConnectPhase Phase { get; init; }
    /// <summary>The duration of the phase.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>Details such as the resolved addresses, the TLS protocol and cipher, and the expiry of the certificate.</summary>
    public IReadOnlyDictionary<string, string>? Detail { get; init; }
    private protected override string Describe() => $"{Phase} completed in {EventText.Of(Duration)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConnectPhaseCompletedAsync(this, ct);
}

/// <summary>The back-off delay before the next round of connect attempts begins.</summary>
public sealed record NatsReconnectDelayEvent() : NatsConnectionEvent(NatsEventKind.ReconnectDelay, NatsEventSeverity.Debug)
{
    /// <summary>The duration of the delay. A random one is moved where too many connections of the process would start in the same moment.</summary>
    public TimeSpan Delay { get; init; }
    /// <summary>What determined the delay.</summary>
    public NatsReconnectDelaySource Source { get; init; }
    /// <summary>The number of the next round, from 1.</summary>
    public int Round { get; init; }
    /// <summary>The server to try next; null if unknown.</summary>
    public NatsServer? Next { get; init; }
    private protected override string Describe() => $"next connect attempt in {EventText.Of(Delay)} ({Source})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnReconnectDelayAsync(this, ct);
}

/// <summary>A limit of reconnecting was reached.</summary>
public sealed record NatsMaxReconnectsReachedEvent() : NatsConnectionEvent(NatsEventKind.MaxReconnectsReached, NatsEventSeverity.Warning)
{
    /// <summary>The limit that was reached.</summary>
    public NatsReconnectLimit Limit { get; init; }
    /// <summary>The maximum number of attempts; <see langword="null"/> when the limit is a time.</summary>
    public int? MaxAttempts { get; init; }
    /// <summary>The maximum duration of an outage; <see langword="null"/> when the limit is a number of attempts.</summary>
    public TimeSpan? MaxDuration { get; init; }
    /// <summary>The server, when the limit is one of a single server.</summary>
    public NatsServer? Server { get; init; }
    private protected override string Describe() =>
        $"reconnect limit reached: {(MaxDuration is { } duration ? EventText.Of(duration) : EventText.Count(MaxAttempts ?? 0, "attempt"))}{(Server is null ? "" : $" on {Server}")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnMaxReconnectsReachedAsync(this, ct);
}

/// <summary>The server selector returned a server that is not allowed, or threw an exception.</summary>
public sealed record NatsServerSelectionRejectedEvent() : NatsConnectionEvent(NatsEventKind.ServerSelectionRejected, NatsEventSeverity.Warning)
{
    /// <summary>The URL of the server it returned, without credentials.</summary>
    public required Uri Requested { get; init; }
    /// <summary>Why the server is not used.</summary>
    public required string Reason { get; init; }
    private protected override string Describe() => $"server {EventText.Bare(Requested)} rejected: {Reason}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnServerSelectionRejectedAsync(this, ct);
}

/// <summary>What selected the server of an attempt.</summary>
public enum NatsServerSelectionSource
{
    /// <summary>The order of the server pool.</summary>
    Pool,
    /// <summary>The option callback <see cref="NatsOpts.ServerSelector"/>.</summary>
    Callback,
    /// <summary>The target of a forced reconnect.</summary>
    ForcedTarget,
}

/// <summary>What determined the delay before the next round.</summary>
public enum NatsReconnectDelaySource
{
    /// <summary>The back-off of the options.</summary>
    Default,
    /// <summary>The option callback <see cref="NatsOpts.ReconnectDelay"/>.</summary>
    Handler,
    /// <summary>The option callback <see cref="NatsOpts.ServerSelector"/>.</summary>
    ServerSelector,
    /// <summary>The server asked clients to connect later.</summary>
    Throttled,
}

/// <summary>The limit of reconnecting that was reached.</summary>
public enum NatsReconnectLimit
{
    /// <summary>The consecutive failed attempts on one server.</summary>
    AttemptsPerServer,
    /// <summary>The server attempts of the outage.</summary>
    Attempts,
    /// <summary>The duration of the outage.</summary>
    Time,
}
