using System.Collections.Immutable;
using Earshot.Lifecycle;
using Earshot.Servers;

namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>
/// A connection after some inputs: the state of the machine, and of its environment what decides which inputs can come next. Two are equal when
/// both are equal as <see cref="CourseKey"/> prints them; the last input and its effects are there for the rules and do not count.
/// </summary>
internal sealed record ConnectionCourse
{
    private const int Seed = 1; // the order of a round is that of the pool, and every delay is possible because every timer may fire next

    private string? _key;

    private ConnectionCourse(CourseOptions options, MachineState state) => (Options, State) = (options, state);

    public CourseOptions Options { get; }

    public MachineState State { get; init => (field, _key) = (value, null); }

    public ImmutableSortedSet<MachineTimer> Timers { get; init => (field, _key) = (value, null); } = [];

    public Outstanding Outstanding { get; init => (field, _key) = (value, null); }

    public EventOrder Order { get; init => (field, _key) = (value, null); }

    /// <summary>What the events of the last input broke; null: nothing.</summary>
    public string? Disorder { get; init; }

    public MachineInput? Input { get; init; }

    public ImmutableArray<MachineEffect> Effects { get; init; } = [];

    /// <summary>What the machine threw at the last input.</summary>
    public Exception? Thrown { get; init; }

    public bool IsOver => State.IsOver;

    public bool IsSearching => State.Live is null && State.State is NatsConnectionState.Connecting or NatsConnectionState.Reconnecting;

    /// <summary>The phase in the diagram of the documentation.</summary>
    public string Phase => State is { State: NatsConnectionState.Closed, IsOver: false } ? "New" : State.State.ToString();

    public static ConnectionCourse Begin(CourseOptions options)
    {
        var pool = ServerPool.Create(ConnectionInputs.Addresses(1, options.Servers), randomize: false, new Random(Seed));
        return new ConnectionCourse(options, new MachineState { Options = options.Machine, Pool = pool });
    }

    public ConnectionCourse Then(MachineInput input, TimeSpan elapsed)
    {
        var step = default(Transition);
        try
        {
            step = ConnectionMachine.Step(State, input, new Stamp(StateAbstraction.Now + elapsed, StateAbstraction.WallClock + elapsed, Seed), throws: true);
        }
        catch (Exception e)
        {
            return this with { Input = input, Effects = [], Thrown = e };
        }

        return Then(input, new StateAbstraction(Options).Apply(step.State, elapsed), step.Effects);
    }

    /// <summary>The course after a step with this result, which may be another one than that of the machine.</summary>
    public ConnectionCourse Then(MachineInput input, MachineState state, ImmutableArray<MachineEffect> effects)
    {
        ConnectionCourse next = this with { Input = input, Effects = effects, Thrown = null, State = state };
        next = next with { Timers = TimersAfter(input, effects), Outstanding = OutstandingAfter(input, next) };
        return next with { Order = Order.After(effects, out string? disorder), Disorder = disorder };
    }

    /// <summary>A minute passes without an input.</summary>
    public ConnectionCourse Wait() => this with
    {
        Input = null,
        Effects = [],
        Disorder = null,
        State = new StateAbstraction(Options).Apply(State, StateAbstraction.LongTime),
    };

    public IEnumerable<TEffect> Did<TEffect>()
        where TEffect : MachineEffect => Effects.OfType<TEffect>();

    public IEnumerable<TEvent> Emitted<TEvent>()
        where TEvent : NatsConnectionEvent => Effects.OfType<Emit>().Select(emit => emit.Event).OfType<TEvent>();

    public bool Equals(ConnectionCourse? other) => other is not null && Key == other.Key;

    public override int GetHashCode() => string.GetHashCode(Key, StringComparison.Ordinal);

    public override string ToString() => Key;

    private string Key => _key ??= CourseKey.Of(this);

    private ImmutableSortedSet<MachineTimer> TimersAfter(MachineInput input, ImmutableArray<MachineEffect> effects)
    {
        ImmutableSortedSet<MachineTimer> timers = input is TimerFired fired ? Timers.Remove(fired.Timer) : Timers;
        foreach (MachineEffect effect in effects)
        {
            timers = effect switch
            {
                SetTimer set => timers.Add(set.Timer),
                StopTimer stop => timers.Remove(stop.Timer),
                RunEnded => [],
                _ => timers,
            };
        }

        return timers;
    }

    private Outstanding OutstandingAfter(MachineInput input, ConnectionCourse next)
    {
        Outstanding waits = Outstanding & ~(input switch
        {
            SessionInput fact when fact.SessionId != State.Live?.Id => Outstanding.None,
            SubscriptionsDrained => Outstanding.SubscriptionsDrained,
            PublishersDrained => Outstanding.PublishersDrained,
            HandoverReady => Outstanding.Handover,
            CallbackResult => next.State.Search.IsAsking ? Outstanding.None : Outstanding.Selector | Outstanding.DelayCallback,
            SessionEnded => next.State.Live?.Id == State.Live?.Id ? Outstanding.None : Outstanding.SessionEnd | Outstanding.Handover | Outstanding.PublishersDrained,
            _ => Outstanding.None,
        });
        foreach (MachineEffect effect in next.Effects)
        {
            waits = effect switch
            {
                InvokeSelector => (waits | Outstanding.Selector) & ~Outstanding.DelayCallback,
                InvokeDelayCallback => (waits | Outstanding.DelayCallback) & ~Outstanding.Selector,
                EndSession => waits | Outstanding.SessionEnd,
                BeginHandover => waits | Outstanding.Handover,
                BeginDrainSubscriptions => waits | Outstanding.SubscriptionsDrained,
                BeginDrainPublishers => waits | Outstanding.PublishersDrained,
                RunEnded => Outstanding.None,
                _ => waits,
            };
        }

        return next.State.Search.IsAsking ? waits : waits & ~(Outstanding.Selector | Outstanding.DelayCallback);
    }
}
