using System.Collections.Immutable;
using System.Net;
using Earshot.Client.Tests.Events;
using Earshot.Connections;
using Earshot.Events;
using Earshot.Lifecycle;
using Earshot.Servers;
using Earshot.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>
/// The machine with a real journal, a clock and a model of its environment: which dials are open, which session is open, which timers
/// are set. Checks after every step what must hold after any step.
/// </summary>
internal sealed class MachineRig : ISnapshotSource
{
    private const int MaxInputs = 100_000; // far more than any test needs; a machine that re-arms a timer for now ends a test instead of its process

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly DateTimeOffset _origin;
    private readonly Random _random;
    private int _inputs;
    private int _runs;
    private int _lifeOvers;

    public MachineRig(MachineOptions? options = null, int servers = 1, int seed = 1, bool randomize = false)
    {
        (_origin, _random) = (_time.GetUtcNow(), new Random(seed));
        State = new MachineState { Options = options ?? Options, Pool = ServerPool.Create(Addresses(servers), randomize, new Random(seed)) };
        Journal = new Journal(JournalRig.Options(capacity: 4096), _time, this);
        Cursor = new JournalCursor(Journal, new ReaderSpec { From = NatsEventPosition.Start });
    }

    /// <summary>What follows from default options; tests change single values of it.</summary>
    public static MachineOptions Options { get; } = ConnectionPlan.For(NatsOpts.Default).Machine;

    public MachineState State { get; private set; }

    public Journal Journal { get; }

    public TimeSpan Now => _time.GetUtcNow() - _origin;

    /// <summary>The servers as the application sees them.</summary>
    public IReadOnlyList<NatsServer> Pool => new ServerViews(State, Now, _time.GetUtcNow()).OfPool();

    /// <summary>What the last step ordered.</summary>
    public ImmutableArray<MachineEffect> Effects { get; private set; } = [];

    /// <summary>Dials without outcome, by attempt.</summary>
    public Dictionary<int, Dial> Open { get; } = [];

    /// <summary>Every dial so far with its time.</summary>
    public List<(TimeSpan At, Dial Dial)> Dials { get; } = [];

    public Dictionary<MachineTimer, TimeSpan> Timers { get; } = [];

    public List<NatsConnectionEvent> Events { get; } = [];

    /// <summary>The end that was ordered and has not been reported yet.</summary>
    public SessionEnd? Ordered { get; private set; }

    public RunEnded? Over { get; private set; }

    private JournalCursor Cursor { get; }

    public static ServerAddress[] Addresses(int count, int from = 1) =>
        [.. Enumerable.Range(from, count).SelectMany(i => ServerAddress.ParseList([$"nats://10.0.0.{i}:4222"]))];

    public static Uri Url(int number) => new($"nats://10.0.0.{number}:4222");

    public NatsConnectionSnapshot Capture() => new();

    public MachineRig Step(MachineInput input)
    {
        Assert.True(++_inputs <= MaxInputs, "The machine asks for inputs without end.");
        MachineState before = State;
        Transition transition = ConnectionMachine.Step(State, input, new Stamp(Now, _time.GetUtcNow(), _random.Next()));
        (State, Effects) = (transition.State, transition.Effects);
        Ordered = input is SessionEnded ? null : Ordered;
        foreach (MachineEffect effect in Effects)
        {
            Perform(effect, before);
        }

        while (Cursor.TryRead(out NatsConnectionEvent? e))
        {
            Events.Add(e);
        }

        CheckInvariants(input);
        return this;
    }

    /// <summary>Lets time pass and fires what is due on the way, in order.</summary>
    public MachineRig Advance(TimeSpan by)
    {
        TimeSpan until = Now + by;
        while (Timers.Where(t => t.Value <= until).OrderBy(t => t.Value).Select(t => (MachineTimer?)t.Key).FirstOrDefault() is { } due)
        {
            Pass(Timers[due] - Now);
            Timers.Remove(due);
            Step(new TimerFired(due));
        }

        Pass(until - Now);
        return this;
    }

    public MachineRig Advance(int milliseconds) => Advance(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Lets time pass until this timer has fired.</summary>
    public MachineRig Until(MachineTimer timer) => Advance(Timers[timer] - Now);

    /// <summary>Lets the wait between two rounds pass.</summary>
    public MachineRig NextRound() => Until(MachineTimer.Backoff);

    public MachineRig Connect() => Step(new ConnectRequested());

    public MachineRig Accept(int? attempt = null, NatsServerInfo? info = null)
    {
        int id = attempt ?? Open.Keys.Min();
        string number = Open[id].Server.Address.Host;
        return Step(new AttemptEstablished(id, info ?? new NatsServerInfo { Id = "N" + number, Name = number }, new IPEndPoint(IPAddress.Loopback, 4222), new NatsConnectTimings()));
    }

    public MachineRig Fail(int? attempt = null, NatsServerError? error = null, NatsConnectPhase phase = NatsConnectPhase.Tcp) =>
        Step(new AttemptFailed(attempt ?? Open.Keys.Min(), error is null ? phase : NatsConnectPhase.Authentication, new IOException("refused"), error));

    public MachineRig FailAllOpen()
    {
        while (Open.Count > 0)
        {
            Fail();
        }

        return this;
    }

    /// <summary>A connection whose session is the first server that was dialled.</summary>
    public MachineRig Opened() => Connect().Accept();

    public MachineRig Lose(SessionEnd? end = null) =>
        Step(new SessionEnded(State.SessionId, end ?? Ordered ?? new SessionEnd(NatsDisconnectReason.ServerClosed), default, new SessionEndInfo(0, 0, _time.GetUtcNow())));

    public MachineRig Confirm() => Step(new ReplayConfirmed(State.SessionId, 1, 0, TimeSpan.Zero, default, default));

    public MachineRig Info(NatsServerInfo info) => Step(new InfoReceived(State.SessionId, info));

    public IEnumerable<TEvent> Of<TEvent>()
        where TEvent : NatsConnectionEvent => Events.OfType<TEvent>();

    public IEnumerable<NatsEventKind> Kinds => Events.Select(e => e.Kind);

    public TEffect Did<TEffect>()
        where TEffect : MachineEffect => Assert.Single(Effects.OfType<TEffect>());

    public void AssertGrammar(bool requireClosed = false)
    {
        if (NatsJournalValidator.Validate(Events, requireClosed) is not [])
        {
            Assert.Fail(Story());
        }
    }

    public string Story() => string.Join('\n', [.. NatsJournalValidator.Validate(Events).Select(v => v.ToString()), .. Events.Select(e => $"{e.Sequence} {e}")]);

    public void Pass(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
        {
            _time.Advance(time);
        }
    }

    private void Perform(MachineEffect effect, MachineState before)
    {
        switch (effect)
        {
            case Emit emit: Journal.Append(emit.Event, emit.Move); break;
            case CompleteDrain { OnlyIfLeft: false } complete: Journal.Append(complete.Event, complete.Move); break;
            case Dial dial:
                Assert.True(Open.TryAdd(dial.AttemptId, dial), "an attempt id was used twice");
                Dials.Add((Now, dial));
                break;
            case DropAttempt drop: Open.Remove(drop.AttemptId); break;
            case AttachSession attach: Open.Remove(attach.AttemptId); break;
            case SetTimer set: Timers[set.Timer] = Now + set.Due; break;
            case StopTimer stop: Timers.Remove(stop.Timer); break;
            case EndSession end: Ordered ??= end.Reason; break;
            case BeginRun:
                Assert.True(before.IsOver);
                _runs++;
                Over = null;
                Journal.BeginRun();
                break;
            case RunEnded over:
                _lifeOvers++;
                Over = over;
                Timers.Clear();
                Journal.Append(new NatsClosedEvent { Reason = over.Reason, Exception = over.Exception, LastServer = over.LastServer, Stats = default! }, over.Move);
                break;
            default: break;
        }
    }

    private void CheckInvariants(MachineInput input)
    {
        if (input is AttemptFailed failed)
        {
            Open.Remove(failed.AttemptId);
        }

        int[] known = [.. State.Search.Open.Select(attempt => attempt.Id), .. State.Successor is { } successor ? [successor.Attempt.Id] : Array.Empty<int>()];
        Assert.Equal(known.Order(), Open.Keys.Order());
        Assert.True(State.Search.Open.Count <= 2, "more than two dials are open");
        Assert.Equal(State.IsOver ? _runs + 1 : _runs, _lifeOvers);
        Assert.True(State.Live is null || !State.IsOver);
        Assert.True(!State.IsOver || (State.Search == Search.None && Timers.Count == 0), "a search or a timer is active after the end");
        CheckTimers();
        bool isSearching = State.State is NatsConnectionState.Connecting or NatsConnectionState.Reconnecting && State.Live is null;
        bool makesProgress = !isSearching || !State.Search.Open.IsEmpty || State.Search.IsAsking || (State.Search.IsWaiting && Timers.ContainsKey(MachineTimer.Backoff));
        if (!makesProgress || Journal.Violations is not [])
        {
            Assert.Fail($"{(makesProgress ? "" : $"the search made no progress after {input}\n")}{Story()}"); // the story is long: only a failure composes it
        }
    }

    // A timer that is set has something to decide when it fires.
    private void CheckTimers()
    {
        Search search = State.Search;
        foreach (MachineTimer timer in Timers.Keys.Where(_ => !State.IsOver))
        {
            bool isNeeded = timer switch
            {
                MachineTimer.Hedge => !search.Open.IsEmpty && !search.Queue.IsEmpty && search.Open.TrueForAll(attempt => attempt.AwaitsServer),
                MachineTimer.Backoff => search.IsWaiting,
                MachineTimer.Stable => State.Live is not null,
                MachineTimer.Migrate => State is { Live.IsMigrationScheduled: true, Drain: null },
                MachineTimer.Renew => State is { Live.CredentialsExpireAt: not null, Drain: null, Closing: null },
                MachineTimer.Info => State.HeldInfo is not null,
                MachineTimer.Repeats => !State.Repeated.IsEmpty,
                _ => true,
            };
            Assert.True(isNeeded, $"the timer {timer} is set for nothing");
        }
    }
}
