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
    private protected override string Describe() =>
        $"no permission: {Operation} on {Subject}{(Subscriptions.Count == 0 ? "" : $", subscription {string.Join(", ", Subscriptions.Select(EventText.Of))}")}{EventText.Times(RepeatCount)}";
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
    public int ConsecutiveRejections { get; init; }
    /// <summary>The time after which the connection gives up if every server that answers goes on refusing; <see langword="null"/>: never for that reason.</summary>
    public TimeSpan? TimeUntilAbort { get; init; }
    /// <summary>Whether the connection gives up now.</summary>
    public bool WillAbort { get; init; }
    /// <summary>Whether the credentials come from a callback, a file or a context, which may have others at the next attempt.</summary>
    public bool CredentialsDynamic { get; init; }
    private protected override string Describe() => $"authentication failed on {Server}: {Error}"
        + (ConsecutiveRejections > 0 ? $" ({EventText.Count(ConsecutiveRejections, "consecutive rejection")})" : "") + EventText.Times(RepeatCount)
        + (WillAbort ? ", giving up" : TimeUntilAbort is { } left ? $", giving up in {EventText.Of(left)} if still rejected" : "");
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnAuthenticationErrorAsync(this, ct);
}

/// <summary>A limit was exceeded, found by the server or by a local check.</summary>
public sealed record NatsLimitExceededEvent() : NatsConnectionEvent(NatsEventKind.LimitExceeded, NatsEventSeverity.Error)
{
    /// <summary>Which limit.</summary>
    public NatsLimit Limit { get; init; }
    /// <summary>Its value, if known.</summary>
    public long? LimitValue { get; init; }
    /// <summary>What was reached, if known.</summary>
    public long? ActualValue { get; init; }
    private protected override string Describe() => $"limit exceeded: {Limit}{(LimitValue is null ? "" : $" {LimitValue}")}{(ActualValue is null ? "" : $", was {ActualValue}")}";
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
    /// <summary>The write timeout that was exceeded.</summary>
    public TimeSpan Timeout { get; init; }
    /// <summary>Bytes not yet written.</summary>
    public long PendingBytes { get; init; }
    private protected override string Describe() => $"socket write timed out after {EventText.Of(Timeout)}, {PendingBytes} bytes pending";
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

/// <summary>A message handler or a callback threw, or the server refused a subscription without naming it.</summary>
public sealed record NatsExceptionOccurredEvent() : NatsConnectionEvent(NatsEventKind.ExceptionOccurred, NatsEventSeverity.Error)
{
    /// <summary>What was thrown, or what the server said.</summary>
    public required Exception Exception { get; init; }
    /// <summary>Where it came from.</summary>
    public NatsExceptionOrigin Origin { get; init; }
    /// <summary>The subscription whose message was handled or that was refused; <see langword="null"/> where there is none, as with a reply.</summary>
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

/// <summary>Where an exception came from.</summary>
public enum NatsExceptionOrigin
{
    /// <summary>What handles a message, its deserializer included.</summary>
    MessageHandler,
    /// <summary>What the application has registered with <c>SessionToken</c>, or a transport of its own when it was closed.</summary>
    Callback,
    /// <summary>The server has refused a subscription without saying which: the client has found it.</summary>
    Server,
}
