using Earshot.Events;
using Earshot.Servers;
using Earshot.Sessions;
using Earshot.Subscriptions;

namespace Earshot.Lifecycle;

/// <summary>
/// The current status of the connection, readable from any thread without a lock: the lifecycle's state and the counters of the parts.
/// Written by the lifecycle loop only.
/// </summary>
internal sealed class ConnectionStatus : ISnapshotSource
{
    private MachineState _state;
    private Session? _session;
    private SessionParts? _parts;
    private int _connects;
    private int _reconnects;
    private long _discarded;

    public ConnectionStatus(MachineState initial, ulong id) => (_state, Id) = (initial, id);

    /// <summary>The id of the connection.</summary>
    public ulong Id { get; }

    public MachineState State => Volatile.Read(ref _state);

    /// <summary>
    /// The state as the application sees it: a stale session is no longer open, although its loops may need a thread to
    /// end before the lifecycle continues.
    /// </summary>
    public NatsConnectionState VisibleState =>
        StaleSessionEnd is not null && State.State == NatsConnectionState.Open && _parts!.Options.Reconnects ? NatsConnectionState.Reconnecting : State.State;

    /// <summary>Why the session has ended before the lifecycle has processed it; null for an open session or a deliberate end.</summary>
    public SessionEnd? StaleSessionEnd => State is { Closing: null, Ending: null } ? Session?.Ending : null;

    public Session? Session => Volatile.Read(ref _session);

    /// <summary>The parts need the journal, and the journal needs this: set once, before the first event.</summary>
    public void Use(SessionParts parts) => _parts = parts;

    public void Set(MachineState state) => Volatile.Write(ref _state, state);

    public void SetSession(Session? session) => Volatile.Write(ref _session, session);

    public void CountConnect(bool isFirst)
    {
        if (isFirst)
        {
            _connects++;
        }
        else
        {
            _reconnects++;
        }
    }

    public void CountDiscarded(long messages) => Interlocked.Add(ref _discarded, messages);

    public NatsStats Stats()
    {
        SessionParts parts = _parts!;
        return new NatsStats(
            parts.Outbound.SentBytes,
            parts.Counters.Bytes,
            parts.Outbound.PendingMessages,
            parts.Outbound.SentMessages,
            parts.Counters.Messages,
            parts.Subscriptions.Count)
        {
            PendingBytes = parts.Outbound.PendingBytes,
            Connects = Volatile.Read(ref _connects),
            Reconnects = Volatile.Read(ref _reconnects),
            DroppedMessages = parts.Subscriptions.Dropped,
            DiscardedMessages = Volatile.Read(ref _discarded),
            UncertainMessages = parts.Outbound.UncertainSoFar?.Messages ?? 0,
            UncertainBytes = parts.Outbound.UncertainSoFar?.Bytes ?? 0,
            RequestsInFlight = parts.InboxOrNull?.InFlight ?? 0,
            UnroutedMessages = parts.Counters.UnknownSids,
        };
    }

    public long CountPendingDeliveries() => _parts!.Subscriptions.Snapshot().OfType<Subscription>().Sum(static subscription => subscription.PendingMessages);

    public NatsConnectionSnapshot Capture()
    {
        MachineState state = State;
        Session? session = Session;
        NatsStats stats = Stats();
        (int parked, int discovered) = (0, 0);
        foreach (PoolServer server in state.Pool.Servers)
        {
            parked += server.IsParked ? 1 : 0;
            discovered += server.IsDiscovered ? 1 : 0;
        }

        return new NatsConnectionSnapshot
        {
            Id = Id,
            Server = state.Live?.Server,
            LastServer = state.LastServer,
            PoolSize = state.Pool.Servers.Length,
            ParkedServers = parked,
            DiscoveredServers = discovered,
            PingsOutstanding = session?.PingsOutstanding ?? 0,
            LastRtt = session?.LastRoundTrip,
            SinceLastInbound = session is null ? null : _parts!.Time.GetElapsedTime(session.LastInbound),
            Stats = stats,
            LastError = state.LastError,
        };
    }
}
