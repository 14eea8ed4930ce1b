using Earshot.Events;

// The records of events about the life of the connection: first connect, loss, reconnect, end. Owns payload, severity and wording of each; never decides when one happens.
namespace Earshot;

/// <summary>The connection starts to make its first session; always the first event of a life.</summary>
public sealed record NatsConnectingEvent() : NatsConnectionEvent(NatsEventKind.Connecting, NatsEventSeverity.Information)
{
    /// <summary>The configured servers, without credentials.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }
    /// <summary>Whether it keeps trying when no server answers.</summary>
    public bool RetryOnFailedConnect { get; init; }
    private protected override string Describe() => $"connecting to {EventText.List(Servers)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConnectingAsync(this, ct);
}

/// <summary>The first handshake is done: the server answered the first PING. Comes before any message.</summary>
public sealed record NatsConnectedEvent() : NatsConnectionEvent(NatsEventKind.Connected, NatsEventSeverity.Information)
{
    /// <summary>The server.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>What the server said about itself.</summary>
    public required NatsServerInfo Info { get; init; }
    /// <summary>Time per phase.</summary>
    public required NatsConnectTimings Timings { get; init; }
    /// <summary>Attempts it took.</summary>
    public int Attempts { get; init; }
    /// <summary>Time since <see cref="NatsEventKind.Connecting"/>.</summary>
    public TimeSpan Duration { get; init; }
    private protected override string Describe() => $"connected to {Server} in {EventText.Of(Duration)} ({EventText.Count(Attempts, "attempt")})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConnectedAsync(this, ct);
}

/// <summary>The session ended, whatever the cause; once per session.</summary>
public sealed record NatsDisconnectedEvent() : NatsConnectionEvent(NatsEventKind.Disconnected, NatsEventSeverity.Warning)
{
    /// <summary>Why, the first cause noticed.</summary>
    public NatsDisconnectReason Reason { get; init; }
    /// <summary>The exception that showed it, if any.</summary>
    public Exception? Exception { get; init; }
    /// <summary>The error the server sent before, if any.</summary>
    public NatsServerError? ServerError { get; init; }
    /// <summary>The server that was lost.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>How long the session lived.</summary>
    public TimeSpan SessionUptime { get; init; }
    /// <summary>Whether another session will be made.</summary>
    public bool WillReconnect { get; init; }
    /// <summary>Whether the application or a policy wanted it.</summary>
    public bool Expected { get; init; }
    /// <summary>Whether the server had announced its shutdown.</summary>
    public bool DuringLameDuck { get; init; }
    /// <summary>Bytes accepted and not yet written.</summary>
    public long PendingBytes { get; init; }
    /// <summary>Messages accepted and not yet written.</summary>
    public long PendingMessages { get; init; }
    /// <summary>Messages written that the server has not confirmed with a PONG: they may have arrived or not.</summary>
    public long UncertainMessages { get; init; }
    /// <summary>Their bytes.</summary>
    public long UncertainBytes { get; init; }
    /// <summary>The id of the server that was lost, as it is in the server's own log and events.</summary>
    public string? ServerId { get; init; }
    /// <summary>The id that this server gave the connection (<c>cid</c>), as it is in the server's own log and events.</summary>
    public ulong? ClientId { get; init; }
    /// <summary>Requests that wait for a reply.</summary>
    public int InFlightRequests { get; init; }
    /// <summary>Subscriptions that exist.</summary>
    public int Subscriptions { get; init; }
    /// <summary>When the last byte came in, in UTC.</summary>
    public DateTimeOffset LastInbound { get; init; }
    /// <summary>What evidence suggests where the link just ended; a suspicion, never a fact.</summary>
    public string? SuspectedCause { get; init; }
    private protected override NatsEventSeverity CurrentSeverity => Expected ? NatsEventSeverity.Information : NatsEventSeverity.Warning;
    private protected override string Describe() =>
        $"disconnected from {Server} after {EventText.Of(SessionUptime)}: {Reason}{EventText.Because(ServerError?.Text, Exception)}"
        + (UncertainMessages > 0 ? $", {EventText.Count(UncertainMessages, "message")} may not have arrived" : "")
        + (SuspectedCause is null ? "" : $" (suspected: {SuspectedCause})") + (WillReconnect ? ", will reconnect" : "");
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnDisconnectedAsync(this, ct);
}

/// <summary>An outage begins; once per outage.</summary>
public sealed record NatsReconnectingEvent() : NatsConnectionEvent(NatsEventKind.Reconnecting, NatsEventSeverity.Information)
{
    /// <summary>Why the session ended.</summary>
    public NatsDisconnectReason Cause { get; init; }
    /// <summary>Servers to try.</summary>
    public int PoolSize { get; init; }
    /// <summary>Limit of attempts per server; <see langword="null"/>: none.</summary>
    public int? MaxReconnects { get; init; }
    /// <summary>Limit of time; <see langword="null"/>: none.</summary>
    public TimeSpan? Deadline { get; init; }
    private protected override string Describe() => $"reconnecting because of {Cause}, {PoolSize} servers in the pool";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnReconnectingAsync(this, ct);
}

/// <summary>The next session is open and all subscriptions are written, so a publish made in a handler is behind them on the wire.</summary>
public sealed record NatsReconnectedEvent() : NatsConnectionEvent(NatsEventKind.Reconnected, NatsEventSeverity.Information)
{
    /// <summary>The server.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>The server of the session before.</summary>
    public required NatsServer PreviousServer { get; init; }
    /// <summary>What the server said about itself.</summary>
    public required NatsServerInfo Info { get; init; }
    /// <summary>Time since the loss.</summary>
    public TimeSpan Outage { get; init; }
    /// <summary>Attempts it took.</summary>
    public int Attempts { get; init; }
    /// <summary>Time per phase.</summary>
    public required NatsConnectTimings Timings { get; init; }
    /// <summary>Whether it is the server of the session before.</summary>
    public bool SameServer { get; init; }
    /// <summary>Whether that server has a new id, so it was restarted.</summary>
    public bool ServerRestarted { get; init; }
    private protected override string Describe() =>
        $"reconnected to {Server} after {EventText.Of(Outage)} ({EventText.Count(Attempts, "attempt")}){(ServerRestarted ? ", the server was restarted" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnReconnectedAsync(this, ct);
}

/// <summary>The server has processed all subscriptions: a PONG came behind the last of them.</summary>
public sealed record NatsResubscribedEvent() : NatsConnectionEvent(NatsEventKind.Resubscribed, NatsEventSeverity.Information)
{
    /// <summary>Subscriptions sent again.</summary>
    public int Count { get; init; }
    /// <summary>Subscriptions the server denied.</summary>
    public int Denied { get; init; }
    /// <summary>Time since the handshake was done.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>Whether a PONG confirmed it.</summary>
    public bool ServerConfirmed { get; init; } = true;
    /// <summary>When messages may have been missed.</summary>
    public NatsLossWindow Window { get; init; }
    private protected override string Describe() => $"resubscribed {Count} subscriptions in {EventText.Of(Duration)}{(Denied > 0 ? $", {Denied} denied" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnResubscribedAsync(this, ct);
}

/// <summary>A subscription could not be restored after a reconnect; once per subscription.</summary>
public sealed record NatsResubscribeFailedEvent() : NatsConnectionEvent(NatsEventKind.ResubscribeFailed, NatsEventSeverity.Error)
{
    /// <summary>The subscription.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>Why.</summary>
    public required Exception Exception { get; init; }
    /// <summary>What the server said, if it did.</summary>
    public NatsServerError? ServerError { get; init; }
    /// <summary>What kept it from being restored.</summary>
    public NatsResubscribeFailReason Reason { get; init; }
    private protected override string Describe() =>
        $"subscription {EventText.Of(Subscription)} was not restored ({Reason}){EventText.Because(ServerError?.Text, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnResubscribeFailedAsync(this, ct);
}

/// <summary>The server refused a subscription that is to be retried: it is sent again after a delay, with the next INFO or with the next session.</summary>
public sealed record NatsSubscriptionRetryingEvent() : NatsConnectionEvent(NatsEventKind.SubscriptionRetrying, NatsEventSeverity.Warning)
{
    /// <summary>The subscription.</summary>
    public required INatsSub Subscription { get; init; }
    /// <summary>Why it was refused.</summary>
    public required Exception Exception { get; init; }
    /// <summary>How many times it has been refused since it was last accepted.</summary>
    public int Attempt { get; init; }
    /// <summary>How long until it is sent again; <see langword="null"/>: not before the next INFO or the next session.</summary>
    public TimeSpan? Delay { get; init; }
    private protected override string Describe() =>
        $"subscription {EventText.Of(Subscription)} was refused ({EventText.Count(Attempt, "time")}), next attempt {(Delay is { } delay ? $"in {EventText.Of(delay)}" : "with the next INFO or session")}{EventText.Because(null, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSubscriptionRetryingAsync(this, ct);
}

/// <summary>The application or a policy asked for another session.</summary>
public sealed record NatsForceReconnectEvent() : NatsConnectionEvent(NatsEventKind.ForceReconnect, NatsEventSeverity.Information)
{
    /// <summary>Why, in the words of the caller.</summary>
    public string? Reason { get; init; }
    /// <summary>The server to go to, or <see langword="null"/> for any.</summary>
    public NatsServer? Target { get; init; }
    /// <summary>How it was asked for.</summary>
    public NatsForceReconnectOptions Options { get; init; } = new();
    private protected override string Describe() => $"reconnect requested{(Target is null ? "" : $" to {Target}")}{(Reason is null ? "" : $": {Reason}")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnForceReconnectAsync(this, ct);
}

/// <summary>The connection ended for good; always the last event of a life, exactly once.</summary>
public sealed record NatsClosedEvent() : NatsConnectionEvent(NatsEventKind.Closed, NatsEventSeverity.Information)
{
    /// <summary>Why.</summary>
    public NatsCloseReason Reason { get; init; }
    /// <summary>The error that led to it, if any.</summary>
    public Exception? Exception { get; init; }
    /// <summary>The server of the last session, or <see langword="null"/> when there was none.</summary>
    public NatsServer? LastServer { get; init; }
    /// <summary>The final counters.</summary>
    public NatsStats Stats { get; init; }
    /// <summary>Time since <see cref="NatsEventKind.Connecting"/>.</summary>
    public TimeSpan Lifetime { get; init; }
    /// <summary>Outages in this life.</summary>
    public int Outages { get; init; }
    /// <summary>Time without a session in all outages.</summary>
    public TimeSpan TotalDowntime { get; init; }
    /// <summary>Bytes that were accepted and will never be sent.</summary>
    public long DiscardedBytes { get; init; }
    /// <summary>Messages that were accepted and will never be sent.</summary>
    public long DiscardedMessages { get; init; }
    private protected override NatsEventSeverity CurrentSeverity => Exception is null ? NatsEventSeverity.Information : NatsEventSeverity.Error;
    private protected override string Describe() => $"closed after {EventText.Of(Lifetime)}: {Reason}{EventText.Because(null, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnClosedAsync(this, ct);
}

/// <summary>A view of every state change, made only for readers that ask for this kind; carries the sequence of its cause.</summary>
public sealed record NatsStatusChangedEvent() : NatsConnectionEvent(NatsEventKind.StatusChanged, NatsEventSeverity.Debug)
{
    /// <summary>The state before.</summary>
    public NatsConnectionState OldStatus { get; init; }
    /// <summary>The state after.</summary>
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

/// <summary>How long each phase of a connect took; <see langword="null"/> where the phase did not take place.</summary>
public sealed record NatsConnectTimings
{
    private readonly OptionalTimeSpan _dns, _tcp, _webSocket, _tls, _info, _authentication, _pong, _resubscribe;

    /// <summary>Resolving the host name.</summary>
    public TimeSpan? Dns { get => _dns.Value; init => _dns = new(value); }
    /// <summary>Making the TCP connection.</summary>
    public TimeSpan? Tcp { get => _tcp.Value; init => _tcp = new(value); }
    /// <summary>The WebSocket upgrade.</summary>
    public TimeSpan? WebSocket { get => _webSocket.Value; init => _webSocket = new(value); }
    /// <summary>The TLS handshake.</summary>
    public TimeSpan? Tls { get => _tls.Value; init => _tls = new(value); }
    /// <summary>Waiting for the first INFO.</summary>
    public TimeSpan? Info { get => _info.Value; init => _info = new(value); }
    /// <summary>Obtaining credentials and sending CONNECT.</summary>
    public TimeSpan? Authentication { get => _authentication.Value; init => _authentication = new(value); }
    /// <summary>Waiting for the first PONG.</summary>
    public TimeSpan? Pong { get => _pong.Value; init => _pong = new(value); }
    /// <summary>Sending the subscriptions again.</summary>
    public TimeSpan? Resubscribe { get => _resubscribe.Value; init => _resubscribe = new(value); }
    /// <summary>All phases together.</summary>
    public TimeSpan Total { get; init; }
}

/// <summary>The time in which messages for this connection may have been lost: last inbound byte to server confirmation.</summary>
/// <remarks>A message that this connection published up to a round trip before <c>From</c> may have been on its way to the server, and is lost as well.</remarks>
/// <param name="From">When the last byte of the lost session came in, in UTC.</param>
/// <param name="To">When the new server confirmed all subscriptions, in UTC.</param>
public readonly record struct NatsLossWindow(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Messages that this connection had written in the lost session and that no PONG had confirmed.</summary>
    public long UncertainMessages { get; init; }
    /// <summary>Their bytes.</summary>
    public long UncertainBytes { get; init; }
}

/// <summary>What kept a subscription from being restored after a reconnect.</summary>
public enum NatsResubscribeFailReason
{
    /// <summary>The server denied it.</summary>
    Denied,
    /// <summary>Its SUB is longer than the control line that the server takes.</summary>
    Oversized,
    /// <summary>Sessions ended twice in the replay when this subscription was sent.</summary>
    CausesDisconnect,
    /// <summary>The server takes no more subscriptions.</summary>
    ServerLimit,
}

/// <summary>How a reconnect is to be made when the application asks for one.</summary>
public sealed record NatsForceReconnectOptions
{
    /// <summary>Why, in the application's words; appears in the events. Default: none.</summary>
    public string? Reason { get; init; }
    /// <summary>The server to go to; <see langword="null"/> (default) leaves the choice to the pool.</summary>
    public Uri? Target { get; init; }
}
