using System.Collections.Immutable;
using System.Net;
using Earshot.Events;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>One address to dial: a server, and which of its addresses once the name is resolved.</summary>
internal sealed record Candidate(int ServerId, IPAddress? Address = null)
{
    /// <summary>The server was dialled at another of its addresses: this belongs to the same try.</summary>
    public bool IsSameTry => Address is not null;

    public ServerSelection By { get; init; }
}

/// <summary>A dial that has no outcome yet.</summary>
internal sealed record OpenAttempt(int Id, PoolServer Server, TimeSpan Started, int Number)
{
    public int ServerId => Server.Id;

    public EndPoint? Endpoint { get; init; }

    /// <summary>It has received INFO: alive, so it needs no company.</summary>
    public bool HasInfo { get; init; }
}

/// <summary>The session that carries the connection.</summary>
internal sealed record LiveSession(int Id, int ServerId, NatsServer Server, NatsServerInfo Info, TimeSpan Started)
{
    private readonly OptionalMoment _credentialsExpireAt;

    public bool IsLameDuck { get; init; }

    /// <summary>The moment at which it is left for its server's sake has been chosen.</summary>
    public bool IsMovePlanned { get; init; }

    /// <summary>Until when its credentials are valid, where they end and fresh ones can be asked for.</summary>
    public DateTimeOffset? CredentialsExpireAt { get => _credentialsExpireAt.Value; init => _credentialsExpireAt = new(value); }

    /// <summary>A session with fresh credentials is being made, on the same server if it can be.</summary>
    public bool IsRenewing { get; init; }
}

/// <summary>How a session was lost.</summary>
internal sealed record Loss(LiveSession Session, NatsDisconnectReason Reason, TimeSpan At, DateTimeOffset LastInbound);

/// <summary>An error and how often it came since it was told.</summary>
internal sealed record RepeatedError(NatsServerError Error, int Held);

/// <summary>An established attempt that has not taken over yet: a migration's new session.</summary>
internal sealed record Successor(OpenAttempt Attempt, NatsServerInfo Info, EndPoint? Endpoint, ConnectTimings Timings)
{
    public DateTimeOffset? CredentialsExpireAt { get; init; }
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
    public int Tries { get; init; }

    public TimeSpan Started { get; init; }

    public bool IsWaiting { get; init; }

    public bool IsAsking { get; init; }

    public int? AvoidServer { get; init; }

    public OpenAttempt? Find(int attemptId) => Open.Find(attempt => attempt.Id == attemptId);

    /// <summary>Whether other addresses of the attempt's server are still to be tried: a name has failed when the last of them has.</summary>
    public bool HasMoreOf(OpenAttempt attempt) =>
        Open.Exists(other => other != attempt && other.ServerId == attempt.ServerId)
        || Queue.Exists(next => next.IsSameTry && next.ServerId == attempt.ServerId);
}

/// <summary>
/// All that the lifecycle knows. Immutable: a step makes the next one. No socket, task, clock or random number in it.
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

    /// <summary>Rounds of the back-off that a session too short to count has not forgiven.</summary>
    public int BackoffRound { get; init; }

    /// <summary>Number of the last question to a callback of the application; only its answer counts.</summary>
    public int Asked { get; init; }

    /// <summary>A server has told who else is in its cluster; what comes later is news.</summary>
    public bool HasSeenCluster { get; init; }

    /// <summary>The session that was lost, while an outage lasts.</summary>
    public Loss? Lost { get; init; }

    /// <summary>Why the session is being ended, when it is this side that ends it.</summary>
    public NatsDisconnectReason? Ending { get; init; }

    public CloseIntent? Closing { get; init; }

    /// <summary>The server that a forced reconnect names.</summary>
    public int? ForcedTarget { get; init; }

    public DrainProgress? Drain { get; init; }

    public Exception? LastError { get; init; }

    /// <summary>Why this life is over.</summary>
    public NatsCloseReason? ClosedBecause { get; init; }

    public TimeSpan FirstConnectAt { get; init; }

    public int Outages { get; init; }

    /// <summary>The error that the server sent last and keeps repeating.</summary>
    public RepeatedError? Repeated { get; init; }

    public TimeSpan Downtime { get; init; }

    public bool HasConnectedOnce { get; init; }

    /// <summary>Between Disconnected and Resubscribed.</summary>
    public bool IsInOutage { get; init; }

    /// <summary>Reconnected, and the server has not confirmed the subscriptions yet.</summary>
    public bool IsResubscribing { get; init; }
}

/// <summary>The close that was asked for and takes effect once the session has ended.</summary>
internal sealed record CloseIntent(NatsCloseReason Reason);

/// <summary>A drain under way.</summary>
internal sealed record DrainProgress(TimeSpan Started, TimeSpan Timeout, int Subscriptions)
{
    public DrainOutcome Outcome { get; init; } = DrainOutcome.Clean;

    public bool IsFinishing { get; init; }

    public long Delivered { get; init; }

    public TimeSpan Left(TimeSpan now) => Timeout > now - Started ? Timeout - (now - Started) : TimeSpan.Zero;
}
