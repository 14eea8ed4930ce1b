using Earshot.Events;

// The records of lifecycle events: first connect, loss, reconnect, end. Contains payload, severity and wording of each; never decides when one happens.
namespace Earshot;

public partial interface INatsConnectionListener
{
    /// <summary>Called for <see cref="NatsEventKind.Connecting"/>: the connection begins to establish its first session.</summary>
    ValueTask OnConnectingAsync(NatsConnectingEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.Connected"/>: the first session is open: the server responded to the PING of the handshake.</summary>
    ValueTask OnConnectedAsync(NatsConnectedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.Disconnected"/>: the session ended, whatever the cause.</summary>
    ValueTask OnDisconnectedAsync(NatsDisconnectedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.Reconnecting"/>: an outage begins.</summary>
    ValueTask OnReconnectingAsync(NatsReconnectingEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.Reconnected"/>: the next session is open and all subscriptions are written.</summary>
    ValueTask OnReconnectedAsync(NatsReconnectedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.Resubscribed"/>: the server has processed all subscriptions of the new session: their PONG was received.</summary>
    ValueTask OnResubscribedAsync(NatsResubscribedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ForceReconnect"/>: the application or a policy requested another session.</summary>
    ValueTask OnForceReconnectAsync(NatsForceReconnectEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.Closed"/>: the connection is closed for good.</summary>
    ValueTask OnClosedAsync(NatsClosedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.StatusChanged"/>: the connection state changed.</summary>
    ValueTask OnStatusChangedAsync(NatsStatusChangedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ResubscribeFailed"/>: a subscription could not be restored after a reconnect.</summary>
    ValueTask OnResubscribeFailedAsync(NatsResubscribeFailedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.SubscriptionRetrying"/>: the server rejected a subscription that is retried: it is sent again after a delay, at the next INFO or in the next session.</summary>
    ValueTask OnSubscriptionRetryingAsync(NatsSubscriptionRetryingEvent e, CancellationToken ct) => default;
}

/// <summary>The connection begins to establish its first session. Always the first event of a connection run.</summary>
public sealed record NatsConnectingEvent() : NatsConnectionEvent(NatsEventKind.Connecting, NatsEventSeverity.Information)
{
    /// <summary>The configured servers, without credentials.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }
    /// <summary>Whether the first connect is retried when no server accepts the client.</summary>
    public bool RetryOnFailedConnect { get; init; }
    private protected override string Describe() => $"connecting to {EventText.List(Servers)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConnectingAsync(this, ct);
}

/// <summary>The first session is open: the server responded to the PING of the handshake. Precedes any message.</summary>
public sealed record NatsConnectedEvent() : NatsConnectionEvent(NatsEventKind.Connected, NatsEventSeverity.Information)
{
    /// <summary>The server of the session.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>The INFO of the server.</summary>
    public required NatsServerInfo Info { get; init; }
    /// <summary>The duration of each phase of the attempt.</summary>
    public required NatsConnectTimings Timings { get; init; }
    /// <summary>Number of attempts that were needed.</summary>
    public int Attempts { get; init; }
    /// <summary>Time since the event <see cref="NatsEventKind.Connecting"/>.</summary>
    public TimeSpan Duration { get; init; }
    private protected override string Describe() => $"connected to {Server} in {EventText.Of(Duration)} ({EventText.Count(Attempts, "attempt")})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConnectedAsync(this, ct);
}

/// <summary>The session ended, whatever the cause. Once per session.</summary>
public sealed record NatsDisconnectedEvent() : NatsConnectionEvent(NatsEventKind.Disconnected, NatsEventSeverity.Warning)
{
    /// <summary>The reason that was detected first.</summary>
    public NatsDisconnectReason Reason { get; init; }
    /// <summary>The exception that showed the end, if any.</summary>
    public Exception? Exception { get; init; }
    /// <summary>The last error of the server, if any.</summary>
    public NatsServerError? ServerError { get; init; }
    /// <summary>The server of the lost session.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>The duration of the session.</summary>
    public TimeSpan SessionUptime { get; init; }
    /// <summary>Whether another session will be established.</summary>
    public bool WillReconnect { get; init; }
    /// <summary>Whether the application or a policy requested the end of the session.</summary>
    public bool Expected { get; init; }
    /// <summary>Whether the server was in lame duck mode.</summary>
    public bool DuringLameDuck { get; init; }
    /// <summary>Bytes accepted and not yet written.</summary>
    public long PendingBytes { get; init; }
    /// <summary>Messages accepted and not yet written.</summary>
    public long PendingMessages { get; init; }
    /// <summary>Messages written that the server has not confirmed with a PONG; they may or may not have arrived.</summary>
    public long UncertainMessages { get; init; }
    /// <summary>Bytes of the messages in <see cref="UncertainMessages"/>.</summary>
    public long UncertainBytes { get; init; }
    /// <summary>The id of the server, as in the server's own log and events.</summary>
    public string? ServerId { get; init; }
    /// <summary>The id that the server gave the connection (<c>cid</c>), as in the server's own log and events.</summary>
    public ulong? ClientId { get; init; }
    /// <summary>Number of requests that wait for a reply.</summary>
    public int InFlightRequests { get; init; }
    /// <summary>Number of subscriptions of the connection.</summary>
    public int Subscriptions { get; init; }
    /// <summary>When the last byte was received, in UTC.</summary>
    public DateTimeOffset LastInbound { get; init; }
    /// <summary>A probable cause when the connection ended without one; evidence, not a fact.</summary>
    public string? SuspectedCause { get; init; }
    private protected override NatsEventSeverity CurrentSeverity => Expected ? NatsEventSeverity.Information : NatsEventSeverity.Warning;
    private protected override string Describe() =>
        $"disconnected from {Server} after {EventText.Of(SessionUptime)}: {Reason}{EventText.Because(ServerError?.Text, Exception)}"
        + (UncertainMessages > 0 ? $", {EventText.Count(UncertainMessages, "message")} unconfirmed" : "")
        + (SuspectedCause is null || ServerError is not null ? "" : $" (suspected: {SuspectedCause})") + (WillReconnect ? ", will reconnect" : "");
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDisconnectedAsync(this, ct);
}

/// <summary>An outage begins. Once per outage.</summary>
public sealed record NatsReconnectingEvent() : NatsConnectionEvent(NatsEventKind.Reconnecting, NatsEventSeverity.Information)
{
    /// <summary>Why the session ended.</summary>
    public NatsDisconnectReason Cause { get; init; }
    /// <summary>Number of servers in the pool.</summary>
    public int PoolSize { get; init; }
    /// <summary><see cref="NatsOpts.MaxReconnectRetry"/>: maximum number of server attempts in this outage; <see langword="null"/>: no limit.</summary>
    public int? MaxAttempts { get; init; }
    /// <summary><see cref="NatsOpts.ReconnectTimeLimit"/>: maximum duration of the outage; <see langword="null"/>: no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }
    private protected override string Describe() => $"reconnecting because of {Cause}, {EventText.Count(PoolSize, "server")} in the pool";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnReconnectingAsync(this, ct);
}

/// <summary>The next session is open and all subscriptions are written. A publish in a handler follows them on the wire.</summary>
public sealed record NatsReconnectedEvent() : NatsConnectionEvent(NatsEventKind.Reconnected, NatsEventSeverity.Information)
{
    /// <summary>The server of the new session.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>The server of the previous session.</summary>
    public required NatsServer PreviousServer { get; init; }
    /// <summary>The INFO of the server.</summary>
    public required NatsServerInfo Info { get; init; }
    /// <summary>Time since the session was lost.</summary>
    public TimeSpan OutageDuration { get; init; }
    /// <summary>Number of attempts that were needed.</summary>
    public int Attempts { get; init; }
    /// <summary>The duration of each phase of the attempt.</summary>
    public required NatsConnectTimings Timings { get; init; }
    /// <summary>Whether it is the server of the previous session: the same URL, and the same name or, for servers without a name, the same address.</summary>
    public bool SameServer { get; init; }
    /// <summary>Whether that server has a new id, which means that it was restarted.</summary>
    public bool ServerRestarted { get; init; }
    private protected override string Describe() =>
        $"reconnected to {Server} after {EventText.Of(OutageDuration)} ({EventText.Count(Attempts, "attempt")}){(ServerRestarted ? ", the server was restarted" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnReconnectedAsync(this, ct);
}

/// <summary>The server has processed all subscriptions of the new session: their PONG was received.</summary>
public sealed record NatsResubscribedEvent() : NatsConnectionEvent(NatsEventKind.Resubscribed, NatsEventSeverity.Information)
{
    /// <summary>Number of subscriptions sent again.</summary>
    public int Count { get; init; }
    /// <summary>Number of subscriptions that the server rejected.</summary>
    public int Denied { get; init; }
    /// <summary>Time since the handshake was complete.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>Whether a PONG confirmed the subscriptions.</summary>
    public bool ServerConfirmed { get; init; } = true;
    /// <summary>The time in which messages may have been missed.</summary>
    public NatsLossWindow Window { get; init; }
    private protected override string Describe() => $"{Count} subscriptions restored in {EventText.Of(Duration)}{(Denied > 0 ? $", {Denied} denied" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnResubscribedAsync(this, ct);
}

/// <summary>A subscription could not be restored after a reconnect. Once per subscription.</summary>
public sealed record NatsResubscribeFailedEvent() : NatsConnectionEvent(NatsEventKind.ResubscribeFailed, NatsEventSeverity.Error)
{
    /// <summary>The subscription that was not restored.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>The exception that describes the failure.</summary>
    public required Exception Exception { get; init; }
    /// <summary>The error the server sent, if any.</summary>
    public NatsServerError? ServerError { get; init; }
    /// <summary>Why the subscription was not restored.</summary>
    public NatsResubscribeFailReason Reason { get; init; }
    private protected override string Describe() =>
        $"subscription {EventText.Of(Subscription)} was not restored ({Reason}){EventText.Because(ServerError?.Text, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnResubscribeFailedAsync(this, ct);
}

/// <summary>The server rejected a subscription that is retried: it is sent again after a delay, at the next INFO or in the next session.</summary>
public sealed record NatsSubscriptionRetryingEvent() : NatsConnectionEvent(NatsEventKind.SubscriptionRetrying, NatsEventSeverity.Warning)
{
    /// <summary>The subscription that is retried.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>The exception that describes the rejection.</summary>
    public required Exception Exception { get; init; }
    /// <summary>Number of rejections since the subscription was last accepted.</summary>
    public int Attempt { get; init; }
    /// <summary>Delay before it is sent again; <see langword="null"/>: not before the next INFO or session.</summary>
    public TimeSpan? Delay { get; init; }
    private protected override string Describe() =>
        $"subscription {EventText.Of(Subscription)} was refused (attempt {Attempt}), next attempt {(Delay is { } delay ? $"in {EventText.Of(delay)}" : "with the next INFO or session")}{EventText.Because(null, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSubscriptionRetryingAsync(this, ct);
}

/// <summary>The application or a policy requested another session.</summary>
public sealed record NatsForceReconnectEvent() : NatsConnectionEvent(NatsEventKind.ForceReconnect, NatsEventSeverity.Information)
{
    /// <summary>The reason that the caller gave, if any.</summary>
    public string? Reason { get; init; }
    /// <summary>The target server; <see langword="null"/> for any.</summary>
    public NatsServer? Target { get; init; }
    /// <summary>The options of the request.</summary>
    public NatsForceReconnectOptions Options { get; init; } = new();
    private protected override string Describe() => $"reconnect requested{(Target is null ? "" : $" to {Target}")}{(Reason is null ? "" : $": {Reason}")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnForceReconnectAsync(this, ct);
}

/// <summary>The connection is closed for good. Always the last event of a connection run, exactly once.</summary>
public sealed record NatsClosedEvent() : NatsConnectionEvent(NatsEventKind.Closed, NatsEventSeverity.Information)
{
    /// <summary>Why the connection closed.</summary>
    public NatsCloseReason Reason { get; init; }
    /// <summary>The error that led to it, if any.</summary>
    public Exception? Exception { get; init; }
    /// <summary>The server of the last session; <see langword="null"/> when there was none.</summary>
    public NatsServer? LastServer { get; init; }
    /// <summary>The counters at the end.</summary>
    public NatsStats Stats { get; init; }
    /// <summary>Time since the event <see cref="NatsEventKind.Connecting"/>.</summary>
    public TimeSpan Lifetime { get; init; }
    /// <summary>Number of outages in this connection run.</summary>
    public int Outages { get; init; }
    /// <summary>Total time without a session in all outages.</summary>
    public TimeSpan TotalDowntime { get; init; }
    /// <summary>Bytes that were accepted and will never be sent.</summary>
    public long DiscardedBytes { get; init; }
    /// <summary>Messages that were accepted and will never be sent.</summary>
    public long DiscardedMessages { get; init; }
    private protected override NatsEventSeverity CurrentSeverity => Exception is null ? NatsEventSeverity.Information : NatsEventSeverity.Error;
    private protected override string Describe() => $"closed after {EventText.Of(Lifetime)}: {Reason}{EventText.Because(null, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnClosedAsync(this, ct);
}

/// <summary>The connection state changed. Raised only for readers that ask for this kind; it carries the sequence of its cause.</summary>
public sealed record NatsStatusChangedEvent() : NatsConnectionEvent(NatsEventKind.StatusChanged, NatsEventSeverity.Debug)
{
    /// <summary>The state before the change.</summary>
    public NatsConnectionState OldStatus { get; init; }
    /// <summary>The state after the change.</summary>
    public NatsConnectionState NewStatus { get; init; }

    /// <summary>The view of the state change that <paramref name="cause"/> made; it has the envelope of its cause.</summary>
    internal static NatsStatusChangedEvent Of(NatsConnectionEvent cause) => new()
    {
        OldStatus = cause.PreviousState,
        NewStatus = cause.State,
        Sequence = cause.Sequence,
        Timestamp = cause.Timestamp,
        Elapsed = cause.Elapsed,
        PreviousState = cause.PreviousState,
        State = cause.State,
        SessionId = cause.SessionId,
        OutageId = cause.OutageId,
        AttemptId = cause.AttemptId,
        Snapshot = cause.Snapshot,
        Run = cause.Run,
    };

    private protected override string Describe() => $"{OldStatus} -> {NewStatus}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnStatusChangedAsync(this, ct);
}

/// <summary>The duration of each phase of a connect attempt, in whole microseconds; <see langword="null"/> for phases that did not take place.</summary>
public sealed record NatsConnectTimings
{
    private readonly OptionalTimeSpan _dns, _tcp, _webSocket, _tls, _info, _authentication, _resubscribe;

    /// <summary>Duration of the name resolution.</summary>
    public TimeSpan? Dns { get => _dns.Value; init => _dns = new(value); }
    /// <summary>Duration of the TCP connect.</summary>
    public TimeSpan? Tcp { get => _tcp.Value; init => _tcp = new(value); }
    /// <summary>Duration of the upgrade to a WebSocket.</summary>
    public TimeSpan? WebSocket { get => _webSocket.Value; init => _webSocket = new(value); }
    /// <summary>Duration of the TLS handshake.</summary>
    public TimeSpan? Tls { get => _tls.Value; init => _tls = new(value); }
    /// <summary>Duration of the wait for the first INFO.</summary>
    public TimeSpan? Info { get => _info.Value; init => _info = new(value); }
    /// <summary>Duration of obtaining credentials and sending CONNECT.</summary>
    public TimeSpan? Authentication { get => _authentication.Value; init => _authentication = new(value); }
    /// <summary>Duration of sending the subscriptions again.</summary>
    public TimeSpan? Resubscribe { get => _resubscribe.Value; init => _resubscribe = new(value); }
    /// <summary>Duration of all phases together.</summary>
    public TimeSpan Total { get; init; }
}

/// <summary>
/// The time from the last inbound byte of a lost session to the confirmation of the restored subscriptions, in which messages may have
/// been missed.
/// </summary>
/// <remarks>A message that this connection published up to a round trip before <c>From</c> may have been in flight to the server, and is lost as well.</remarks>
/// <param name="From">When the last byte of the lost session was received, in UTC.</param>
/// <param name="To">When the new server confirmed all subscriptions, in UTC.</param>
public readonly record struct NatsLossWindow(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Messages that this connection had written in the lost session and that no PONG had confirmed.</summary>
    public long UncertainMessages { get; init; }
    /// <summary>Bytes of the messages in <see cref="UncertainMessages"/>.</summary>
    public long UncertainBytes { get; init; }
}

/// <summary>Why a subscription was not restored after a reconnect.</summary>
public enum NatsResubscribeFailReason
{
    /// <summary>The server rejected it for lack of permission.</summary>
    Denied,
    /// <summary>Its SUB exceeds the maximum control line of the server.</summary>
    Oversized,
    /// <summary>Two sessions ended in the replay when this subscription was sent.</summary>
    CausesDisconnect,
    /// <summary>The server has reached its maximum number of subscriptions.</summary>
    ServerLimit,
}

/// <summary>The options of a forced reconnect.</summary>
public sealed record NatsForceReconnectOptions
{
    /// <summary>The reason of the application, which events show. Default: none.</summary>
    public string? Reason { get; init; }
    /// <summary>The URL of the target server; <see langword="null"/> (default): the pool selects it.</summary>
    public Uri? Target { get; init; }
}
