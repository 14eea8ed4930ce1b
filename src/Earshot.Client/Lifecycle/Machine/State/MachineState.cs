using System.Collections.Immutable;
using System.Net;
using Earshot.Events;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>One address to dial: a server, and which of its addresses once the name is resolved.</summary>
internal sealed record Candidate(int ServerId, IPAddress? Address = null)
{
    /// <summary>The server was dialled at another of its addresses: this belongs to the same try.</summary>
    public bool IsAlternateAddress => Address is not null;

    public NatsServerSelectionSource By { get; init; }

    /// <summary>Its dial was replaced in the round before, so this time it has the whole connect timeout.</summary>
    public bool HasFullTimeout { get; init; }
}

/// <summary>A dial that has no outcome yet.</summary>
internal sealed record OpenAttempt(int Id, PoolServer Server, TimeSpan Started, int Number)
{
    public int ServerId => Server.Id;

    public EndPoint? Endpoint { get; init; }

    /// <inheritdoc cref="Candidate.IsAlternateAddress"/>
    public bool IsAlternateAddress { get; init; }

    public NatsConnectPhase Phase { get; init; }

    /// <summary>The server's INFO; null until it is received.</summary>
    public NatsServerInfo? Info { get; init; }

    public bool HasInfo => Info is not null;

    /// <summary>When the last step was done.</summary>
    public TimeSpan LastProgress { get; init; } = Started;

    /// <summary>It is the server's turn.</summary>
    public bool AwaitsServer { get; init; } = true;

    /// <summary>No other dial may take its place before the connect timeout.</summary>
    public bool HasFullTimeout { get; init; }

    /// <summary>Nothing was received from the server for this time, although it has to respond.</summary>
    public bool IsStalled(TimeSpan now, TimeSpan after) => AwaitsServer && now - LastProgress >= after;

    /// <summary>Its begin was reported, so its end is reported too.</summary>
    public bool IsReported { get; init; }
}

/// <summary>Failed attempts of a long search that are not reported yet.</summary>
internal sealed record HeldFailures(NatsConnectAttemptFailedEvent Last, int FirstId, int LastId, int Count, TimeSpan Since);

/// <summary>The INFO that was last reported, and how many changes came since.</summary>
internal sealed record HeldInfo(NatsServerInfo Reported, int Changes);

/// <summary>The session that carries the connection.</summary>
internal sealed record LiveSession(int Id, int ServerId, NatsServer Server, NatsServerInfo Info, TimeSpan Started)
{
    private readonly OptionalDateTime _credentialsExpireAt;

    public bool IsLameDuck { get; init; }

    /// <summary>The moment at which it is left for its server's sake has been chosen.</summary>
    public bool IsMigrationScheduled { get; init; }

    /// <summary>The expiry of its credentials, if they expire and can be renewed.</summary>
    public DateTimeOffset? CredentialsExpireAt { get => _credentialsExpireAt.Value; init => _credentialsExpireAt = new(value); }

    /// <summary>A session with fresh credentials is being made, on the same server if it can be.</summary>
    public bool IsRenewing { get; init; }

    /// <summary>The INFO that follows CONNECT has come.</summary>
    public bool HasConnectInfo { get; init; }
}

/// <summary>How a session was lost.</summary>
internal sealed record SessionLoss(LiveSession Session, NatsDisconnectReason Reason, TimeSpan At, DateTimeOffset LastInbound)
{
    public long UncertainMessages { get; init; }

    public long UncertainBytes { get; init; }

    /// <summary>The window of this loss, with what this connection may have lost in it.</summary>
    public NatsLossWindow Window(DateTimeOffset to) => new(LastInbound, to) { UncertainMessages = UncertainMessages, UncertainBytes = UncertainBytes };
}

/// <summary>An error and how often it came since it was reported.</summary>
internal sealed record RepeatedError(NatsServerError Error, int Held);

/// <summary>An established attempt that has not taken over yet: a migration's new session.</summary>
internal sealed record Successor(OpenAttempt Attempt, NatsServerInfo Info, EndPoint? Endpoint, NatsConnectTimings Timings)
{
    public DateTimeOffset? CredentialsExpireAt { get; init; }
}

/// <summary>What the latest attempt on a server has shown about the credentials.</summary>
internal enum AuthResult
{
    /// <summary>Nothing: the server did not answer.</summary>
    None,

    /// <summary>It answered, and did not refuse the credentials.</summary>
    Other,

    /// <summary>It refused the credentials.</summary>
    Refused,
}

/// <summary>When an authentication error was reported last, and how many have come since.</summary>
internal readonly record struct ReportedRejection(TimeSpan At, int Held);

/// <summary>What servers have answered to the credentials since there was a session. A new session ends it.</summary>
internal sealed record AuthRejections
{
    public static readonly AuthRejections None = new();

    /// <summary>When the first refusal came; null: none has come.</summary>
    public TimeSpan? FirstAt { get; init; }

    /// <summary>By server.</summary>
    public ImmutableDictionary<int, AuthResult> Latest { get; init; } = ImmutableDictionary<int, AuthResult>.Empty;

    public ImmutableDictionary<NatsAuthErrorKind, ReportedRejection> Reported { get; init; } = ImmutableDictionary<NatsAuthErrorKind, ReportedRejection>.Empty;

    /// <summary>A server has reported that the JWT of the options is expired or revoked.</summary>
    public bool IsJwtOver { get; init; }
}

/// <summary>One run of attempts: from the first connect or a lost session until a server is found or given up.</summary>
internal sealed record Search
{
    public static readonly Search None = new();

    /// <summary>Addresses of this round still to try.</summary>
    public ImmutableList<Candidate> Queue { get; init; } = [];

    /// <summary>At most two.</summary>
    public ImmutableList<OpenAttempt> Open { get; init; } = [];

    public ImmutableList<NatsConnectFailure> Failures { get; init; } = [];

    /// <summary>0 while nothing is being looked for.</summary>
    public int Round { get; init; }

    /// <summary>Addresses dialled.</summary>
    public int Attempts { get; init; }

    /// <summary>Servers dialled, which is what limits count: all addresses of one server are one try.</summary>
    public int ServerAttempts { get; init; }

    public TimeSpan Started { get; init; }

    public bool IsWaiting { get; init; }

    public bool IsAsking { get; init; }

    public int? AvoidServer { get; init; }

    public HeldFailures? Held { get; init; }

    /// <summary>Servers whose dials were replaced in this round before their time was over.</summary>
    public ImmutableList<int> Replaced { get; init; } = [];

    /// <summary>The replaced servers of the only round of a first connect have been dialled again.</summary>
    public bool HasRequeued { get; init; }

    /// <summary>Servers that have refused the credentials at an address, while others of their addresses are still to be tried.</summary>
    public ImmutableDictionary<int, NatsServerError> RefusedBy { get; init; } = ImmutableDictionary<int, NatsServerError>.Empty;

    public OpenAttempt? Find(int attemptId) => Open.Find(attempt => attempt.Id == attemptId);

    /// <summary>The newest hundred are enough to say why a connection failed.</summary>
    public ImmutableList<NatsConnectFailure> AddFailure(NatsConnectFailure failure) => (Failures.Count < 100 ? Failures : Failures.RemoveAt(0)).Add(failure);

    /// <summary>The servers that were replaced, to be dialled for their whole time.</summary>
    public ImmutableList<Candidate> RequeueReplaced() => [.. Replaced.Select(id => new Candidate(id) { HasFullTimeout = true })];

    /// <summary>Whether other addresses of the attempt's server are still to be tried: a name has failed when the last of them has.</summary>
    public bool HasMoreOf(OpenAttempt attempt) =>
        Open.Exists(other => other != attempt && other.ServerId == attempt.ServerId)
        || Queue.Exists(next => next.IsAlternateAddress && next.ServerId == attempt.ServerId);
}

/// <summary>
/// The complete state of the lifecycle. Immutable: a step creates the next one. No socket, task, clock or random number in it.
/// </summary>
internal sealed record MachineState
{
    public required MachineOptions Options { get; init; }

    public required ServerPool Pool { get; init; }

    public NatsConnectionState State { get; init; } = NatsConnectionState.Closed;

    /// <summary>Closed or failed for good (until a new connect after a failure).</summary>
    public bool IsOver { get; init; }

    public int SessionId { get; init; }

    public int OutageId { get; init; }

    public int AttemptId { get; init; }

    public LiveSession? Live { get; init; }

    public NatsServer? LastServer { get; init; }

    public Search Search { get; init; } = Search.None;

    public Successor? Successor { get; init; }

    /// <summary>Rounds of the back-off that were not reset, because the session was too short.</summary>
    public int BackoffRound { get; init; }

    /// <summary>Number of the last question to a callback of the application; only its answer counts.</summary>
    public int Asked { get; init; }

    /// <summary>A server has listed its cluster; later lists are changes.</summary>
    public bool HasSeenCluster { get; init; }

    /// <summary>The session that was lost, while an outage lasts.</summary>
    public SessionLoss? Lost { get; init; }

    /// <summary>Why the session is being ended, when it is this side that ends it.</summary>
    public NatsDisconnectReason? Ending { get; init; }

    public CloseIntent? Closing { get; init; }

    /// <summary>The server that a forced reconnect names.</summary>
    public int? ForcedTarget { get; init; }

    public DrainProgress? Drain { get; init; }

    public Exception? LastError { get; init; }

    /// <summary>Why this connection run ended.</summary>
    public NatsCloseReason? CloseReason { get; init; }

    public TimeSpan FirstConnectAt { get; init; }

    public int Outages { get; init; }

    /// <summary>Errors that the server has sent within the last minute, the newest last.</summary>
    public ImmutableList<RepeatedError> Repeated { get; init; } = [];

    /// <summary>There while the last change of INFO was reported less than a second ago.</summary>
    public HeldInfo? HeldInfo { get; init; }

    public TimeSpan Downtime { get; init; }

    public bool HasConnectedOnce { get; init; }

    /// <summary>A server has accepted the credentials once on this connection object, whatever life it was in.</summary>
    public bool HasBeenAccepted { get; init; }

    /// <summary>What servers have answered to the credentials since there was a session.</summary>
    public AuthRejections Refusals { get; init; } = AuthRejections.None;

    /// <summary>Between Disconnected and Resubscribed.</summary>
    public bool IsInOutage { get; init; }

    /// <summary>Reconnected, and the server has not confirmed the subscriptions yet.</summary>
    public bool IsResubscribing { get; init; }
}

/// <summary>The requested close, which takes effect once the session has ended.</summary>
internal sealed record CloseIntent(NatsCloseReason Reason);

/// <summary>A drain in progress.</summary>
internal sealed record DrainProgress(TimeSpan Started, TimeSpan Timeout, int Subscriptions)
{
    public NatsDrainOutcome Outcome { get; init; } = NatsDrainOutcome.Clean;

    public bool IsFinishing { get; init; }

    public long Delivered { get; init; }

    public TimeSpan Left(TimeSpan now) => Timeout > now - Started ? Timeout - (now - Started) : TimeSpan.Zero;
}
