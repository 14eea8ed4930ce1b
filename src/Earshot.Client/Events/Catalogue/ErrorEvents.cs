using Earshot.Events;

// The records of events about errors and limits. Defines payload, severity and message of each; does not decide when one is emitted.
namespace Earshot;

public partial interface INatsConnectionListener
{
    /// <summary>Called for <see cref="NatsEventKind.ServerError"/>: the server sent an error (-ERR).</summary>
    ValueTask OnServerErrorAsync(NatsServerErrorEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.PermissionViolation"/>: the server rejected a publish or a subscription for lack of permission.</summary>
    ValueTask OnPermissionViolationAsync(NatsPermissionViolationEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.AuthenticationError"/>: the server rejected the credentials, in a handshake or in a session, or the client did not authenticate in time.</summary>
    ValueTask OnAuthenticationErrorAsync(NatsAuthenticationErrorEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.LimitExceeded"/>: a limit was exceeded, as the server or a local check found.</summary>
    ValueTask OnLimitExceededAsync(NatsLimitExceededEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.WriteError"/>: a write to the transport failed.</summary>
    ValueTask OnWriteErrorAsync(NatsWriteErrorEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.SocketWriteTimeout"/>: a write did not complete within its timeout; a disconnect follows.</summary>
    ValueTask OnSocketWriteTimeoutAsync(NatsSocketWriteTimeoutEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ProtocolError"/>: the received bytes are not valid in the NATS protocol; a disconnect follows.</summary>
    ValueTask OnProtocolErrorAsync(NatsProtocolErrorEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ExceptionOccurred"/>: a message handler or a callback threw an exception, or the server rejected a subscription.</summary>
    ValueTask OnExceptionOccurredAsync(NatsExceptionOccurredEvent e, CancellationToken ct) => default;
}

/// <summary>The server sent an error (-ERR). It precedes the event that explains it.</summary>
public sealed record NatsServerErrorEvent() : NatsConnectionEvent(NatsEventKind.ServerError, NatsEventSeverity.Error)
{
    /// <summary>The code of the error.</summary>
    public NatsServerErrorCode Code { get; init; }
    /// <summary>The text of the error as the server sent it.</summary>
    public required string Text { get; init; }
    /// <summary>Whether the server closes the connection after the error.</summary>
    public bool DisconnectExpected { get; init; }
    /// <summary>Whether a retry without a change of settings can succeed.</summary>
    public bool Retryable { get; init; }
    private protected override string Describe() => $"server error: {Text}{EventText.Times(RepeatCount)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnServerErrorAsync(this, ct);
}

/// <summary>The server rejected a publish or a subscription for lack of permission.</summary>
public sealed record NatsPermissionViolationEvent() : NatsConnectionEvent(NatsEventKind.PermissionViolation, NatsEventSeverity.Error)
{
    /// <summary>The operation that was rejected.</summary>
    public NatsPermissionOperation Operation { get; init; }
    /// <summary>The subject that was rejected.</summary>
    public required string Subject { get; init; }
    /// <summary>The queue group that was rejected, if any.</summary>
    public string? Queue { get; init; }
    /// <summary>The id of the subscription, if the server names it.</summary>
    public string? Sid { get; init; }
    /// <summary>The subscriptions that are affected.</summary>
    public required IReadOnlyList<INatsSub> Subscriptions { get; init; }
    /// <summary>The text of the error as the server sent it.</summary>
    public required string Text { get; init; }
    private protected override string Describe() =>
        $"no permission: {Operation} on {Subject}{(Subscriptions.Count == 0 ? "" : $", subscription {string.Join(", ", Subscriptions.Select(EventText.Of))}")}{EventText.Times(RepeatCount)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPermissionViolationAsync(this, ct);
}

/// <summary>The server rejected the credentials, in a handshake or in a session, or the client did not authenticate in time.</summary>
/// <remarks>
/// While the same credentials are retried without limit, at most one event per minute is raised;
/// <see cref="NatsConnectionEvent.RepeatCount"/> is the number of rejections it represents.
/// </remarks>
public sealed record NatsAuthenticationErrorEvent() : NatsConnectionEvent(NatsEventKind.AuthenticationError, NatsEventSeverity.Error)
{
    /// <summary>The kind of authentication error.</summary>
    public NatsAuthErrorKind Error { get; init; }
    /// <summary>The server that rejected the credentials.</summary>
    public required NatsServer Server { get; init; }
    /// <summary>Number of consecutive attempts that this server rejected with the same error; timeouts and errors of a session do not change it.</summary>
    public int ConsecutiveRejections { get; init; }
    /// <summary>
    /// Time after which the connection gives up if every server that responds continues to reject the credentials; <see langword="null"/>:
    /// never for that reason.
    /// </summary>
    public TimeSpan? TimeUntilAbort { get; init; }
    /// <summary>Whether the connection gives up now.</summary>
    public bool WillAbort { get; init; }
    /// <summary>Whether the credentials come from a callback, a file or a context, and may differ at the next attempt.</summary>
    public bool CredentialsDynamic { get; init; }
    private protected override string Describe() => $"authentication failed on {Server}: {Error}"
        + (ConsecutiveRejections > 0 ? $" ({EventText.Count(ConsecutiveRejections, "consecutive rejection")})" : "") + EventText.Times(RepeatCount)
        + (WillAbort ? ", giving up" : TimeUntilAbort is { } left ? $", giving up in {EventText.Of(left)} if still rejected" : "");
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnAuthenticationErrorAsync(this, ct);
}

/// <summary>A limit was exceeded, as the server or a local check found.</summary>
public sealed record NatsLimitExceededEvent() : NatsConnectionEvent(NatsEventKind.LimitExceeded, NatsEventSeverity.Error)
{
    /// <summary>The value of the limit, if known.</summary>
    public NatsLimit Limit { get; init; }
    /// <summary>The value of the limit, if known.</summary>
    public long? LimitValue { get; init; }
    /// <summary>The value that exceeded the limit, if known.</summary>
    public long? ActualValue { get; init; }
    private protected override string Describe() => $"limit exceeded: {Limit}{(LimitValue is null ? "" : $" {LimitValue}")}{(ActualValue is null ? "" : $", was {ActualValue}")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnLimitExceededAsync(this, ct);
}

/// <summary>A write to the transport failed.</summary>
public sealed record NatsWriteErrorEvent() : NatsConnectionEvent(NatsEventKind.WriteError, NatsEventSeverity.Error)
{
    /// <summary>The exception of the write.</summary>
    public required Exception Exception { get; init; }
    /// <summary>Bytes accepted and not yet written.</summary>
    public long PendingBytes { get; init; }
    /// <summary>Whether another session will be established.</summary>
    public bool WillReconnect { get; init; }
    private protected override string Describe() => $"write failed{EventText.Because(null, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnWriteErrorAsync(this, ct);
}

/// <summary>A write did not complete within its timeout; a disconnect follows.</summary>
public sealed record NatsSocketWriteTimeoutEvent() : NatsConnectionEvent(NatsEventKind.SocketWriteTimeout, NatsEventSeverity.Error)
{
    /// <summary>The timeout of the write (<see cref="NatsOpts.WriteTimeout"/>).</summary>
    public TimeSpan Timeout { get; init; }
    /// <summary>Bytes accepted and not yet written.</summary>
    public long PendingBytes { get; init; }
    private protected override string Describe() => $"socket write timed out after {EventText.Of(Timeout)}, {PendingBytes} bytes pending";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnSocketWriteTimeoutAsync(this, ct);
}

/// <summary>The received bytes are not valid in the NATS protocol; a disconnect follows.</summary>
public sealed record NatsProtocolErrorEvent() : NatsConnectionEvent(NatsEventKind.ProtocolError, NatsEventSeverity.Error)
{
    /// <summary>The exception that describes the violation.</summary>
    public required Exception Exception { get; init; }
    /// <summary>At most 64 of the offending bytes, without secrets.</summary>
    public ReadOnlyMemory<byte> Excerpt { get; init; }
    /// <summary>Number of bytes that were not understood.</summary>
    public long BytesSkipped { get; init; }
    private protected override string Describe() => $"protocol error{EventText.Because(null, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnProtocolErrorAsync(this, ct);
}

/// <summary>A message handler or a callback threw an exception, or the server rejected a subscription.</summary>
public sealed record NatsExceptionOccurredEvent() : NatsConnectionEvent(NatsEventKind.ExceptionOccurred, NatsEventSeverity.Error)
{
    /// <summary>The exception that was thrown.</summary>
    public required Exception Exception { get; init; }
    /// <summary>Where the exception was thrown.</summary>
    public NatsExceptionOrigin Origin { get; init; }
    /// <summary>The subscription, when it is one that is affected.</summary>
    public INatsSub? Subscription { get; init; }
    private protected override string Describe() =>
        $"exception in {Origin}{(Subscription is null ? "" : $" of {EventText.Of(Subscription)}")}{EventText.Because(null, Exception)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnExceptionOccurredAsync(this, ct);
}

/// <summary>The authentication error that the server reported.</summary>
public enum NatsAuthErrorKind
{
    /// <summary>The server rejected the credentials.</summary>
    Violation,
    /// <summary>The credentials of the user expired.</summary>
    Expired,
    /// <summary>The credentials of the user were revoked.</summary>
    Revoked,
    /// <summary>The account of the user expired.</summary>
    AccountExpired,
    /// <summary>The client did not authenticate in time.</summary>
    Timeout,
}

/// <summary>The limit that was exceeded.</summary>
public enum NatsLimit
{
    /// <summary>The maximum payload of a message.</summary>
    MaxPayload,
    /// <summary>The maximum number of connections of the server.</summary>
    MaxConnections,
    /// <summary>The maximum number of connections of the account.</summary>
    MaxAccountConnections,
    /// <summary>The maximum number of subscriptions of the connection.</summary>
    MaxSubscriptions,
    /// <summary>The maximum length of a control line.</summary>
    MaxControlLine,
    /// <summary>The maximum rate of new connections.</summary>
    Throttled,
}

/// <summary>Where an exception was thrown.</summary>
public enum NatsExceptionOrigin
{
    /// <summary>A message handler of the application.</summary>
    MessageHandler,
    /// <summary>A callback of the options.</summary>
    Callback,
    /// <summary>The server has refused a subscription without saying which: the client has found it.</summary>
    Server,
}
