using System.Net;
using Earshot.Events;

// The records of events about single connect attempts. Owns payload, severity and wording of each; never decides when one happens.
namespace Earshot;

/// <summary>An address is about to be dialled.</summary>
public sealed record NatsConnectAttemptEvent() : NatsConnectionEvent(NatsEventKind.ConnectAttempt, NatsEventSeverity.Debug)
{
    /// <summary>The server.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>The address, once resolved.</summary>
    public EndPoint? Endpoint { get; init; }
    /// <summary>Number of the attempt, from 1.</summary>
    public int Attempt { get; init; }
    /// <summary>Number of the pass over the pool, from 1.</summary>
    public int Round { get; init; }
    /// <summary>Whether it belongs to the first connect.</summary>
    public bool Initial { get; init; }
    /// <summary>Who chose the server.</summary>
    public NatsServerSelectionSource By { get; init; }
    private protected override string Describe() => $"attempt {Attempt} (round {Round}): {Server}{(Endpoint is null ? "" : $" at {Endpoint}")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConnectAttemptAsync(this, ct);
}

/// <summary>A connect attempt failed in any phase.</summary>
public sealed record NatsConnectAttemptFailedEvent() : NatsConnectionEvent(NatsEventKind.ConnectAttemptFailed, NatsEventSeverity.Warning)
{
    /// <summary>From this attempt of one search on, attempts are not reported one by one any more.</summary>
    internal const int CoalescedFrom = 20;

    /// <summary>The server.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>The address, once resolved.</summary>
    public EndPoint? Endpoint { get; init; }
    /// <summary>The phase that failed.</summary>
    public NatsConnectPhase Phase { get; init; }
    /// <summary>Whether it was given up for another one: that answered first, or this one made no progress; or for the connection's end.</summary>
    public bool Abandoned { get; init; }
    /// <summary>Why.</summary>
    public required Exception Exception { get; init; }
    /// <summary>What the server said, if it did.</summary>
    public NatsServerError? ServerError { get; init; }
    /// <summary>How long the attempt took.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>Whether another attempt follows.</summary>
    public bool WillRetry { get; init; }
    /// <summary>How long until then, if known.</summary>
    public TimeSpan? NextDelay { get; init; }
    /// <summary>Number of the attempt, from 1.</summary>
    public int Attempt { get; init; }
    /// <summary>Number of the pass over the pool, from 1.</summary>
    public int Round { get; init; }
    /// <summary>The id of the server, where its INFO came.</summary>
    public string? ServerId { get; init; }
    /// <summary>The id that the server gave this attempt (<c>cid</c>), where its INFO came.</summary>
    public ulong? ClientId { get; init; }
    /// <summary>
    /// From the 20th attempt of an outage on: the first of the failed attempts that this event stands for
    /// (<see cref="NatsConnectionEvent.RepeatCount"/>); otherwise 0.
    /// </summary>
    public int FirstAttemptId { get; init; }
    /// <summary>The last of them, which the other members describe; otherwise 0.</summary>
    public int LastAttemptId { get; init; }
    private protected override NatsEventSeverity CurrentSeverity => Abandoned ? NatsEventSeverity.Debug : NatsEventSeverity.Warning;
    private protected override string Describe() =>
        $"attempt {Attempt} on {Server} {(Abandoned ? "abandoned" : "failed")} in {Phase}{EventText.Because(ServerError?.Text, Exception)}{(RepeatCount > 1 ? $" (stands for {RepeatCount} failed attempts)" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConnectAttemptFailedAsync(this, ct);
}

/// <summary>A phase of an attempt is done; only for those who ask.</summary>
public sealed record NatsConnectPhaseCompletedEvent() : NatsConnectionEvent(NatsEventKind.ConnectPhaseCompleted, NatsEventSeverity.Trace)
{
    /// <summary>The phase.</summary>
    public NatsConnectPhase Phase { get; init; }
    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>What was found: resolved addresses, TLS protocol, cipher, end of the certificate.</summary>
    public IReadOnlyDictionary<string, string>? Detail { get; init; }
    private protected override string Describe() => $"{Phase} done in {EventText.Of(Duration)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConnectPhaseCompletedAsync(this, ct);
}

/// <summary>The client starts to wait before the next attempt.</summary>
public sealed record NatsReconnectDelayEvent() : NatsConnectionEvent(NatsEventKind.ReconnectDelay, NatsEventSeverity.Debug)
{
    /// <summary>How long.</summary>
    public TimeSpan Delay { get; init; }
    /// <summary>Who decided it.</summary>
    public NatsReconnectDelaySource Source { get; init; }
    /// <summary>Number of the pass over the pool, from 1.</summary>
    public int Round { get; init; }
    /// <summary>The server to try next, if known.</summary>
    public NatsServer? Next { get; init; }
    private protected override string Describe() => $"waiting {EventText.Of(Delay)} before the next attempt ({Source})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnReconnectDelayAsync(this, ct);
}

/// <summary>A limit of reconnecting was reached.</summary>
public sealed record NatsMaxReconnectsReachedEvent() : NatsConnectionEvent(NatsEventKind.MaxReconnectsReached, NatsEventSeverity.Warning)
{
    /// <summary>The limit: attempts, or seconds (rounded up) where the scope is time.</summary>
    public int Limit { get; init; }
    /// <summary>What it limits.</summary>
    public NatsReconnectLimit Scope { get; init; }
    /// <summary>The server, where it limits one.</summary>
    public NatsServer? Server { get; init; }
    private protected override string Describe() => $"limit of {Limit} reached ({Scope}){(Server is null ? "" : $" for {Server}")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnMaxReconnectsReachedAsync(this, ct);
}

/// <summary>The callback that chooses a server named one that may not be used, or threw.</summary>
public sealed record NatsServerSelectionRejectedEvent() : NatsConnectionEvent(NatsEventKind.ServerSelectionRejected, NatsEventSeverity.Warning)
{
    /// <summary>The server it named, without credentials.</summary>
    public required Uri Requested { get; init; }
    /// <summary>Why it is not used.</summary>
    public required string Why { get; init; }
    private protected override string Describe() => $"server {EventText.Bare(Requested)} rejected: {Why}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnServerSelectionRejectedAsync(this, ct);
}

/// <summary>Who chose the server of an attempt.</summary>
public enum NatsServerSelectionSource
{
    /// <summary>The server pool.</summary>
    Pool,
    /// <summary>The option callback that chooses a server.</summary>
    Callback,
    /// <summary>The target given to a forced reconnect.</summary>
    ForcedTarget,
}

/// <summary>Who decided how long to wait before the next attempt.</summary>
public enum NatsReconnectDelaySource
{
    /// <summary>The backoff of the options.</summary>
    Default,
    /// <summary>The delay callback of the options.</summary>
    Handler,
    /// <summary>The callback that chooses a server.</summary>
    ReconnectToServer,
    /// <summary>The server asked clients to come back later.</summary>
    Throttled,
}

/// <summary>Which limit of reconnecting was reached.</summary>
public enum NatsReconnectLimit
{
    /// <summary>The attempts on one server.</summary>
    Server,
    /// <summary>The attempts on all servers together.</summary>
    Total,
    /// <summary>The time limit.</summary>
    Time,
}
