using System.Collections.Immutable;
using System.Net;
using Earshot.Events;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>One step being made: the state as it changes and the effects in their order. Lives for one call of the machine.</summary>
internal sealed class MachineTurn(MachineState state, Stamp stamp)
{
    private readonly ImmutableArray<MachineEffect>.Builder _effects = ImmutableArray.CreateBuilder<MachineEffect>();

    public MachineState State { get; set; } = state;

    public Stamp Stamp { get; } = stamp;

    public TimeSpan Now => Stamp.Now;

    public MachineOptions Options => State.Options;

    public ImmutableArray<MachineEffect> Effects => _effects.ToImmutable();

    private ServerViews Views => new(State, Now, Stamp.WallClock);

    public void Do(MachineEffect effect) => _effects.Add(effect);

    /// <summary>Appends an event that leaves the state as it is.</summary>
    public void Emit(NatsConnectionEvent e, int attemptId = 0) => Move(e, State.State, attemptId);

    /// <summary>Appends an event and moves the connection to <paramref name="next"/> in the same critical section.</summary>
    public void Move(NatsConnectionEvent e, NatsConnectionState next, int attemptId = 0)
    {
        if (State.State != next)
        {
            State = State with { State = next };
        }

        Do(new Emit(e, Here(attemptId)));
    }

    /// <summary>The context of an event that changes no state.</summary>
    public JournalMove Here(int attemptId = 0) => new(State.State, State.SessionId, State.IsInOutage ? State.OutageId : 0, attemptId);

    /// <summary>The server as an event shows it.</summary>
    public NatsServer View(PoolServer server, EndPoint? endpoint = null, NatsServerInfo? info = null, TimeSpan? connected = null) =>
        Views.Of(server, endpoint, info, connected);

    public IReadOnlyList<NatsServer> ViewPool() => Views.OfPool();

    /// <summary>The wait before the round with this number, at random up to its ceiling; with <paramref name="half"/> not below half of it.</summary>
    public TimeSpan Backoff(int round, bool half = false, TimeSpan? longest = null)
    {
        TimeSpan ceiling = ReconnectDelay.Ceiling(round, Options.ReconnectWaitMin, longest ?? Options.ReconnectWaitMax);
        TimeSpan certain = half ? ceiling / 2 : TimeSpan.Zero;
        return certain + ReconnectDelay.WithJitter(ceiling - certain, Stamp.Chance());
    }

    /// <summary>The servers of a round as candidates, in their order.</summary>
    public ImmutableList<Candidate> Candidates(int? avoid, Func<int, bool>? isWanted = null)
    {
        ImmutableArray<int> order = State.Pool.Servers is [{ IsParked: false } only]
            ? [only.Id] // without the random numbers that an order of several takes
            : State.Pool.Order(avoid, Stamp.Random());
        return [.. order.Where(id => isWanted is null || isWanted(id)).Select(id => new Candidate(id))];
    }
}
