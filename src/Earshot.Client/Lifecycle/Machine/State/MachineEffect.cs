using System.Net;
using Earshot.Events;
using Earshot.Outbound;
using Earshot.Servers;
using Earshot.Sessions;

namespace Earshot.Lifecycle;

/// <summary>An effect returned by the state machine; the loop executes effects in sequence.</summary>
internal abstract record MachineEffect;

/// <summary>Appends an event together with the state it moves the connection to.</summary>
internal sealed record Emit(NatsConnectionEvent Event, JournalMove Move) : MachineEffect;

internal sealed record Dial(int AttemptId, PoolServer Server, IPAddress? Address) : MachineEffect
{
    /// <summary>Only credentials that are valid beyond this are worth the attempt; null: any.</summary>
    public DateTimeOffset? CredentialsBeyond { get; init; }
}

/// <summary>The outcome of this attempt is of no interest any more; release what it holds.</summary>
internal sealed record DropAttempt(int AttemptId) : MachineEffect;

/// <summary>Makes the attempt's transport the live session: replay, then what was kept. Reading begins with <see cref="StartReading"/>.</summary>
internal sealed record AttachSession(int AttemptId, int SessionId, NatsServerInfo Info, bool ConfirmReplay, DateTimeOffset LossFrom) : MachineEffect;

internal sealed record StartReading(int SessionId) : MachineEffect;

internal sealed record EndSession(SessionEnd Reason) : MachineEffect;

/// <summary>Applies an INFO of the live session (limits).</summary>
internal sealed record ApplyInfo(NatsServerInfo Info) : MachineEffect;

internal sealed record SetTimer(MachineTimer Timer, TimeSpan Due) : MachineEffect
{
    /// <summary>The delay may be changed, so that not all connections of the process try in the same moment.</summary>
    public bool IsPaced { get; init; }
}

internal sealed record StopTimer(MachineTimer Timer) : MachineEffect;

internal sealed record InvokeSelector(int Number, NatsServerInfo? Info) : MachineEffect;

internal sealed record InvokeDelayCallback(int Number, int Round, TimeSpan Default) : MachineEffect;

/// <summary>Asks the filter about the addresses that this INFO advertises.</summary>
internal sealed record InvokeServerFilter(int SessionId, NatsServerInfo Info, NatsServerPoolChangeSource Source) : MachineEffect
{
    /// <summary>Addresses are dialled with the scheme of the server that names them.</summary>
    public required string Scheme { get; init; }

    /// <summary>Maximum number of addresses of one INFO that are read.</summary>
    public required int Limit { get; init; }
}

/// <summary>Fails pings and the requests whose frames the lost session carried.</summary>
internal sealed record FailInFlight(SessionEnd End, UnsentSummary Unsent, bool KeepRequests) : MachineEffect;

/// <summary>A subscription or request that the server refuses.</summary>
internal sealed record FailRefused(NatsServerError Error, IReadOnlyList<INatsSub> Subscriptions) : MachineEffect;

/// <summary>Begins to hand over to the successor: requests in flight first, then the subscriptions.</summary>
internal sealed record BeginHandover(int SessionId, TimeSpan WaitLimit) : MachineEffect
{
    /// <summary>The attempt that has made the successor.</summary>
    public int AttemptId { get; init; }
}

/// <summary>No server answered in the first round: publishes that wait for a planned move to end stop waiting.</summary>
internal sealed record MigrationFailed : MachineEffect;

internal sealed record BeginDrainSubscriptions(TimeSpan Timeout, bool HasSession) : MachineEffect;

internal sealed record BeginDrainPublishers(int SessionId, TimeSpan Timeout) : MachineEffect;

/// <summary>Appends the end of a drain with what it leaves, which is known only when the order is carried out.</summary>
internal sealed record CompleteDrain(NatsDrainCompletedEvent Event, JournalMove Move) : MachineEffect
{
    /// <summary>There was no drain: it is worth an event only where something is left.</summary>
    public bool OnlyIfLeft { get; init; }
}

/// <summary>The connection is open: wakes the callers that wait for it.</summary>
internal sealed record ConnectSucceeded : MachineEffect;

/// <summary>A forced reconnect has its new session.</summary>
internal sealed record ReconnectSucceeded : MachineEffect;

/// <summary>Everything that still waits ends with this, and then the journal with Closed; its figures are known only then.</summary>
internal sealed record RunEnded(NatsCloseReason Reason, Exception? Exception) : MachineEffect
{
    public NatsServer? LastServer { get; init; }

    public TimeSpan Lifetime { get; init; }

    public int Outages { get; init; }

    public TimeSpan Downtime { get; init; }

    public JournalMove Move { get; init; }
}

/// <summary>A failed connection is requested to connect again.</summary>
internal sealed record BeginRun : MachineEffect;
