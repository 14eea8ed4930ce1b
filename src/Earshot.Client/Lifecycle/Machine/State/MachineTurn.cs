using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Earshot.Events;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>One step being made: the state as it changes and the effects in their order. Lives for one call of the machine.</summary>
internal sealed class MachineTurn(MachineState state, Stamp stamp)
{
    // What there is to show of a server before its first attempt is the same for all connections to it.
    private static readonly ConditionalWeakTable<ServerAddress, NatsServer> s_untried = [];

    private readonly ImmutableArray<MachineEffect>.Builder _effects = ImmutableArray.CreateBuilder<MachineEffect>();

    public MachineState State { get; set; } = state;

    public Stamp Stamp { get; } = stamp;

    public TimeSpan Now => Stamp.Now;

    public MachineOptions Options => State.Options;

    public ImmutableArray<MachineEffect> Effects => _effects.ToImmutable();

    public void Do(MachineEffect effect) => _effects.Add(effect);

    /// <summary>Appends an event that leaves the state as it is.</summary>
    public void Emit(NatsConnectionEvent e, int attemptId = 0) => Move(e, State.State, attemptId);

    /// <summary>Appends an event and moves the connection to <paramref name="next"/> in the same breath.</summary>
    public void Move(NatsConnectionEvent e, NatsConnectionState next, int attemptId = 0)
    {
        if (State.State != next)
        {
            State = State with { State = next };
        }

        Do(new Emit(e, new JournalMove(next, State.SessionId, State.IsInOutage ? State.OutageId : 0, attemptId)));
    }

    /// <summary>The server as an event shows it. The pool knows of sessions that are over only, so the live one counts in addition.</summary>
    public NatsServer View(PoolServer server, System.Net.EndPoint? endpoint = null, NatsServerInfo? info = null, TimeSpan? connected = null)
    {
        connected ??= State.Live is { } live && live.ServerId == server.Id ? live.Started : server.LastConnected;
        return endpoint is null && info is null && connected is null && server.IsUntried
            ? s_untried.GetValue(server.Address, static address => new NatsServer { Url = address.Url })
            : ViewNow(server, endpoint, info, connected);
    }

    private NatsServer ViewNow(PoolServer server, System.Net.EndPoint? endpoint, NatsServerInfo? info, TimeSpan? connected) => new()
    {
        Url = server.Address.Url,
        Endpoint = endpoint,
        Id = info?.Id,
        Name = info?.Name,
        Cluster = info?.Cluster,
        Version = info?.Version,
        IsDiscovered = server.IsDiscovered,
        IsLameDuck = server.IsLameDuck,
        IsParked = server.IsParked,
        Attempts = server.Attempts,
        LastError = server.LastError,
        LastConnected = connected is { } at ? Stamp.WallClock - (Now - at) : null,
    };

    public IReadOnlyList<NatsServer> ViewPool() => [.. State.Pool.Servers.Select(server => View(server))];
}
