using System.Collections.Immutable;
using System.Net;
using Earshot.Outbound;
using Earshot.Servers;
using Earshot.Sessions;

namespace Earshot.Lifecycle;

/// <summary>An input of the state machine.</summary>
internal abstract record MachineInput;

/// <summary>An input from one attempt; it is ignored unless that attempt is open.</summary>
internal abstract record AttemptInput(int AttemptId) : MachineInput;

/// <summary>An input from one session; it is ignored unless that session is the live one.</summary>
internal abstract record SessionInput(int SessionId) : MachineInput;

/// <summary>The result of a callback; it is used only if it belongs to the last call and that is still awaited.</summary>
internal abstract record CallbackResult(int Number) : MachineInput;

internal sealed record ConnectRequested : MachineInput
{
    /// <summary>Requested implicitly by a call that needs a session: that does not restart a failed connection.</summary>
    public bool IsByUse { get; init; }
}

internal sealed record ReconnectRequested(NatsForceReconnectOptions Options) : MachineInput;

internal sealed record DrainRequested(TimeSpan Timeout, int Subscriptions) : MachineInput;

internal sealed record CloseRequested(NatsCloseReason Reason, Exception? Exception = null) : MachineInput;

internal sealed record ServersReplaced(ImmutableArray<ServerAddress> Servers, bool Reconnect) : MachineInput;

/// <summary>A name has several addresses: the attempt dials the first, the others come next.</summary>
internal sealed record AddressesResolved(int AttemptId, ImmutableArray<IPAddress> Addresses, EndPoint First) : AttemptInput(AttemptId);

/// <summary>A step of the attempt is done and it is in this phase now.</summary>
internal sealed record AttemptProgressed(int AttemptId, NatsConnectPhase Phase) : AttemptInput(AttemptId)
{
    /// <summary>The server's INFO, once received.</summary>
    public NatsServerInfo? Info { get; init; }

    /// <summary>It is the server's turn, and not that of a callback of the application.</summary>
    public bool AwaitsServer { get; init; } = true;
}

internal sealed record AttemptEstablished(int AttemptId, NatsServerInfo Info, EndPoint? Endpoint, NatsConnectTimings Timings) : AttemptInput(AttemptId)
{
    /// <summary>The expiry of the credentials, if they expire and can be renewed.</summary>
    public DateTimeOffset? CredentialsExpireAt { get; init; }
}

internal sealed record AttemptFailed(int AttemptId, NatsConnectPhase Phase, Exception Exception, NatsServerError? ServerError) : AttemptInput(AttemptId);

internal sealed record SelectorReturned(int Number, int? ServerId, Uri? Rejected, string? Why, TimeSpan Delay) : CallbackResult(Number);

internal sealed record DelayReturned(int Number, TimeSpan Delay) : CallbackResult(Number);

internal sealed record TimerFired(MachineTimer Timer) : MachineInput;

internal sealed record InfoReceived(int SessionId, NatsServerInfo Info) : SessionInput(SessionId);

/// <summary>The result of the server filter for an INFO: the rejected addresses, with the exception if it threw.</summary>
internal sealed record AdvertisedFiltered(int SessionId, NatsServerInfo Info, NatsServerPoolChangeSource Source, IReadOnlyDictionary<(string Host, int Port), Exception?> Refused) : SessionInput(SessionId);

internal sealed record ServerErrorReceived(int SessionId, NatsServerError Error, ImmutableArray<INatsSub> Subscriptions) : SessionInput(SessionId);

/// <summary>The session has ended completely, and unsent recovery has been done.</summary>
internal sealed record SessionEnded(int SessionId, SessionEnd End, UnsentSummary Unsent, SessionEndInfo Facts) : SessionInput(SessionId);

internal sealed record ReplayConfirmed(int SessionId, int Count, int Denied, TimeSpan Elapsed, NatsLossWindow Window, UnsentSummary Replayed) : SessionInput(SessionId);

/// <summary>The old session of a migration is silent: the successor may take over.</summary>
internal sealed record HandoverReady(int SessionId) : SessionInput(SessionId);

internal sealed record SubscriptionsDrained(NatsDrainOutcome Outcome, long Delivered, ImmutableArray<NatsDrainRemainder> Remaining) : MachineInput;

/// <summary>Everything published has reached the server of this session, or the drain's time is over.</summary>
internal sealed record PublishersDrained(int SessionId, bool IsClean) : SessionInput(SessionId);

/// <summary>What a session knew when it ended.</summary>
internal readonly record struct SessionEndInfo(int InFlightRequests, int Subscriptions, DateTimeOffset LastInbound);
