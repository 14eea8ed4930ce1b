using Earshot.Events;

// The records of events about errors and limits. Owns payload, severity and wording of each; never decides when one happens.
namespace Earshot;

/// <summary>The server sent an error; comes before the event that explains it.</summary>
public sealed record NatsServerErrorEvent() : NatsConnectionEvent(NatsEventKind.ServerError, NatsEventSeverity.Error)
{
    /// <summary>Which one.</summary>
    public NatsServerErrorCode Code { get; init; }
    /// <summary>The text as it came.</summary>
    public required string Text { get; init; }
    /// <summary>Whether the server closes the connection after it.</summary>
    public bool DisconnectExpected { get; init; }
    /// <summary>Whether trying again can help.</summary>
    public bool Retryable { get; init; }
    private protected override string Describe() => $"server error: {Text}{EventText.Times(RepeatCount)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnServerErrorAsync(this, ct);
}

/// <summary>The server refused a publish or a subscription.</summary>
public sealed record NatsPermissionViolationEvent() : NatsConnectionEvent(NatsEventKind.PermissionViolation, NatsEventSeverity.Error)
{
    /// <summary>What was refused.</summary>
    public NatsPermissionOperation Operation { get; init; }
    /// <summary>On which subject.</summary>
    public required string Subject { get; init; }
    /// <summary>On which queue group, if any.</summary>
    public string? Queue { get; init; }
    /// <summary>The id of the subscription, where the server gives it.</summary>
    public string? Sid { get; init; }
    /// <summary>The subscriptions it concerns.</summary>
    public required IReadOnlyList<INatsSub> Subscriptions { get; init; }
    /// <summary>The text as it came.</summary>
    public required string Text { get; init; }
    /// <summary>How many times it came since it was last reported.</summary>
    public int Repeat { get; init; } = 1;
    private protected override string Describe() =>
        $"no permission: {Operation} on {Subject}{(Subscriptions.Count == 0 ? "" : $", subscription {string.Join(", ", Subscriptions.Select(EventText.Of))}")}{EventText.Times(Repeat)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPermissionViolationAsync(this, ct);
}

/// <summary>
/// The server rejected the credentials, in a handshake or in a live session, or did not see them in time. While the same credentials are
/// tried without end, at most one a minute: <see cref="NatsConnectionEvent.RepeatCount"/> says for how many it stands.
/// </summary>
public sealed record NatsAuthenticationErrorEvent() : NatsConnectionEvent(NatsEventKind.AuthenticationError, NatsEventSeverity.Error)
{
    /// <summary>Which error.</summary>
    public NatsAuthErrorKind Error { get; init; }
    /// <summary>The server.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>How many attempts in a row this server has refused with the same error. A timeout is no refusal, and an error of the live session is none of an attempt: both leave the number as it is.</summary>
    public int Refusals { get; init; }
    /// <summary>The time after which the connection gives up if every server that answers goes on refusing; <see langword="null"/>: never for that reason.</summary>
    public TimeSpan? TimeUntilAbort { get; init; }
    /// <summary>Whether the connection gives up now.</summary>
    public bool WillAbort { get; init; }
    /// <summary>Whether the credentials come from a callback, a file or a context, which may have others at the next attempt.</summary>
    public bool CredentialsDynamic { get; init; }
    private protected override string Describe() => $"authentication error on {Server}: {Error}"
        + (Refusals > 0 ? $" (refused {EventText.Count(Refusals, "time")} in a row)" : "") + EventText.Times(RepeatCount)
        + (WillAbort ? ", giving up" : TimeUntilAbort is { } left ? $", gives up in {EventText.Of(left)} if refused until then" : "");
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnAuthenticationErrorAsync(this, ct);
}

/// <summary>A limit was exceeded, found by the server or by a local check.</summary>
public sealed record NatsLimitExceededEvent() : NatsConnectionEvent(NatsEventKind.LimitExceeded, NatsEventSeverity.Error)
{
    /// <summary>Which limit.</summary>
    public NatsLimit Which { get; init; }
    /// <summary>Its value, if known.</summary>
    public long? Limit { get; init; }
    /// <summary>What was reached, if known.</summary>
    public long? Actual { get; init; }
    private protected override string Describe() => $"limit exceeded: {Which}{(Limit is null ? "" : $" {Limit}")}{(Actual is null ? "" : $", was {Actual}")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnLimitExceededAsync(this, ct);
}

/// <summary>Writing to the server failed.</summary>
public sealed record NatsWriteErrorEvent() : NatsConnectionEvent(NatsEventKind.WriteError, NatsEventSeverity.Error)
{
    /// <summary>Why.</summary>
    public required Exception Exception { get; init; }
    /// <summary>Bytes not yet written.</summary>
    public long PendingBytes { get; init; }
    /// <summary>Whether another session will be made.</summary>
    public bool WillReconnect { get; init; }
    private protected override string Describe() => $"write failed{EventText.Because(null, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnWriteErrorAsync(this, ct);
}

/// <summary>A write did not finish in time; a disconnect follows.</summary>
public sealed record NatsSocketWriteTimeoutEvent() : NatsConnectionEvent(NatsEventKind.SocketWriteTimeout, NatsEventSeverity.Error)
{
    /// <summary>The time it had.</summary>
    public TimeSpan Limit { get; init; }
    /// <summary>Bytes not yet written.</summary>
    public long PendingBytes { get; init; }
    private protected override string Describe() => $"a write did not finish within {EventText.Of(Limit)}, {PendingBytes} bytes pending";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSocketWriteTimeoutAsync(this, ct);
}

/// <summary>What came in is not the NATS protocol; a disconnect follows.</summary>
public sealed record NatsProtocolErrorEvent() : NatsConnectionEvent(NatsEventKind.ProtocolError, NatsEventSeverity.Error)
{
    /// <summary>Why.</summary>
    public required Exception Exception { get; init; }
    /// <summary>At most 64 bytes of it, secrets removed.</summary>
    public ReadOnlyMemory<byte> Excerpt { get; init; }
    /// <summary>Bytes that were not understood.</summary>
    public long BytesSkipped { get; init; }
    private protected override string Describe() => $"protocol error{EventText.Because(null, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnProtocolErrorAsync(this, ct);
}

/// <summary>A message handler, a hook or a callback threw.</summary>
public sealed record NatsExceptionOccurredEvent() : NatsConnectionEvent(NatsEventKind.ExceptionOccurred, NatsEventSeverity.Error)
{
    /// <summary>What it threw.</summary>
    public required Exception Exception { get; init; }
    /// <summary>What threw.</summary>
    public NatsExceptionOrigin Origin { get; init; }
    /// <summary>The subscription, where it is a message handler.</summary>
    public INatsSub? Subscription { get; init; }
    private protected override string Describe() =>
        $"exception in {Origin}{(Subscription is null ? "" : $" of {EventText.Of(Subscription)}")}{EventText.Because(null, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnExceptionOccurredAsync(this, ct);
}

/// <summary>Which authentication error the server reported.</summary>
public enum NatsAuthErrorKind
{
    /// <summary>The credentials are not accepted.</summary>
    Violation,
    /// <summary>The user's credentials expired.</summary>
    Expired,
    /// <summary>The user's credentials were revoked.</summary>
    Revoked,
    /// <summary>The account expired.</summary>
    AccountExpired,
    /// <summary>The client did not authenticate in time.</summary>
    Timeout,
}

/// <summary>Which limit was exceeded.</summary>
public enum NatsLimit
{
    /// <summary>The size of a message.</summary>
    MaxPayload,
    /// <summary>The connections of the server.</summary>
    MaxConnections,
    /// <summary>The connections of the account.</summary>
    MaxAccountConnections,
    /// <summary>The subscriptions of the connection.</summary>
    MaxSubscriptions,
    /// <summary>The length of a control line.</summary>
    MaxControlLine,
    /// <summary>The rate of new connections.</summary>
    Throttled,
}

/// <summary>Where user code or the client threw.</summary>
public enum NatsExceptionOrigin
{
    /// <summary>A handler of messages.</summary>
    MessageHandler,
    /// <summary>A connection hook.</summary>
    Hook,
    /// <summary>A callback of the options.</summary>
    Callback,
    /// <summary>The client itself.</summary>
    Internal,
}
