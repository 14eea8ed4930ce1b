using Earshot.Events;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Events;

/// <summary>A journal with a fake clock and short methods for the events of a connection run. Contains no assertions.</summary>
internal sealed class JournalRig : ISnapshotSource
{
    public static readonly NatsServer ServerA = new() { Url = new Uri("nats://a:4222"), Id = "A" };
    public static readonly NatsServer ServerB = new() { Url = new Uri("nats://b:4222"), Id = "B" };

    private int _session;
    private int _outage;
    private int _attempt;

    public JournalRig(int capacity = 1024, int detachAfterFaults = 0)
    {
        Journal = new Journal(Options(capacity, detachAfterFaults), Time, this);
        Events = new NatsEvents(Journal);
    }

    /// <summary>The options of a connection with default options except for these.</summary>
    public static JournalOptions Options(int capacity, int detachAfterFaults = 0) => new()
    {
        Capacity = capacity,
        EventDrainTimeout = NatsOpts.Default.EventDrainTimeout,
        HandlerStallThreshold = NatsOpts.Default.HandlerStallThreshold,
        DetachAfterFaults = detachAfterFaults,
        AlwaysRecord = NatsEventFilter.Lossless | NatsEventFilter.Of(NatsEventKind.ConnectAttempt, NatsEventKind.ReconnectDelay),
        OnDemand = null,
    };

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    public Journal Journal { get; }
    public NatsEvents Events { get; }
    public int Captures { get; private set; }
    public NatsStats Stats { get; set; }

    public NatsConnectionSnapshot Capture() => new() { PoolSize = ++Captures, LastServer = ServerA, Stats = Stats };

    public void Connecting() => Journal.Append(
        new NatsConnectingEvent { Servers = [ServerA.Url] }, Move(NatsConnectionState.Connecting));

    public void Attempt() => Journal.Append(
        new NatsConnectAttemptEvent { Server = ServerA, Attempt = ++_attempt }, new JournalMove(Journal.State, _session, _outage, _attempt));

    public void AttemptFailed(bool willRetry = false) => Journal.Append(new NatsConnectAttemptFailedEvent
    {
        Server = ServerA,
        Exception = new IOException("refused"),
        Phase = NatsConnectPhase.Tcp,
        WillRetry = willRetry,
        Attempt = _attempt,
    });

    public void Connected()
    {
        _session++;
        Journal.Append(
            new NatsConnectedEvent { Server = ServerA, Info = new NatsServerInfo(), Timings = new NatsConnectTimings() }, Move(NatsConnectionState.Open));
    }

    public void Disconnected(NatsDisconnectReason reason = NatsDisconnectReason.ServerClosed) =>
        Disconnected(new NatsDisconnectedEvent { Server = ServerA, Reason = reason, WillReconnect = true });

    public void Disconnected(NatsDisconnectedEvent e)
    {
        _outage++;
        _attempt = 0;
        Journal.Append(e, Move(NatsConnectionState.Reconnecting));
    }

    public void Reconnecting() => Journal.Append(new NatsReconnectingEvent());

    public void Reconnected(int attempts = 0)
    {
        _session++;
        var e = new NatsReconnectedEvent
        {
            Server = ServerB,
            PreviousServer = ServerA,
            Info = new NatsServerInfo(),
            Timings = new NatsConnectTimings(),
            OutageDuration = TimeSpan.FromSeconds(3),
            Attempts = attempts,
        };
        Journal.Append(e, Move(NatsConnectionState.Open));
    }

    public void Resubscribed()
    {
        Journal.Append(new NatsResubscribedEvent { Count = 2 });
        _attempt = 0;
    }

    public void Closed(NatsConnectionState state = NatsConnectionState.Closed) => Journal.Append(
        new NatsClosedEvent { Reason = NatsCloseReason.UserClosed, LastServer = ServerA }, Move(state));

    public void Open()
    {
        Connecting();
        Attempt();
        Connected();
    }

    public void Outage()
    {
        Disconnected();
        Reconnecting();
        Attempt();
        AttemptFailed();
        Attempt();
        Reconnected();
        Resubscribed();
    }

    /// <summary>A whole connection run with one outage: 14 events.</summary>
    public void Run()
    {
        Open();
        Outage();
        _attempt = 0;
        Journal.Append(
            new NatsDisconnectedEvent { Server = ServerB, Reason = NatsDisconnectReason.UserClosed, Expected = true }, Move(NatsConnectionState.Open));
        Closed();
    }

    public void Lossless(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Journal.Append(new NatsConfigurationWarningEvent { Code = "n", Text = $"{i}" });
        }
    }

    public void Coalescable(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Journal.Append(new NatsPingSentEvent { Outstanding = i });
        }
    }

    /// <summary>The events that a reader can get now without waiting.</summary>
    public static List<NatsConnectionEvent> ReadNow(JournalCursor cursor)
    {
        List<NatsConnectionEvent> events = [];
        while (cursor.TryRead(out NatsConnectionEvent? e))
        {
            events.Add(e);
        }

        return events;
    }

    public JournalCursor Cursor(NatsEventPosition from = default, NatsEventFilter filter = default) =>
        new(Journal, new ReaderSpec { Filter = filter, From = from });

    private JournalMove Move(NatsConnectionState state) => new(state, _session, _outage, _attempt);
}

/// <summary>Collects what a handler is called with and lets a test await the n-th call.</summary>
internal sealed class Calls<T>
{
    private readonly Lock _gate = new();
    private readonly List<T> _items = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];

    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_gate)
            {
                return [.. _items];
            }
        }
    }

    public void Add(T item)
    {
        lock (_gate)
        {
            _items.Add(item);
            foreach ((int count, TaskCompletionSource? reached) in _waiters)
            {
                if (_items.Count >= count)
                {
                    reached.TrySetResult();
                }
            }
        }
    }

    public async Task<IReadOnlyList<T>> ReachAsync(int count)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_items.Count >= count)
            {
                return [.. _items];
            }

            _waiters.Add((count, reached));
        }

        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return Items;
    }
}
