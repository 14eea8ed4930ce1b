using Earshot.Connections;
using Earshot.Simulation.Checks;
using Earshot.Simulation.Network;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Workload;

/// <summary>One connection with the application that uses it: makes random calls until it is stopped or has ended its connection.</summary>
internal sealed class Client
{
    private const int MaxReaders = 12;

    private readonly ClientContext _context;
    private readonly Calls _calls;
    private readonly List<Reader> _readers = [];
    private readonly IReadOnlyList<(CallKind Value, int Weight)> _weights;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan _longestPause;
    private bool _isStopped;

    public Client(ClientContext context, VirtualNetwork network)
    {
        _context = context;
        Chance chance = context.Chance;
        NatsOpts opts = ClientOptions.Draw(context.Name, network, chance, context.Clock);
        var dialer = new VirtualDialer(network, context.Actor, context.Clock);
        Connection = new NatsConnection(opts, new ConnectionComposition(opts, dialer, chance.Random(), collectorPauses: static () => TimeSpan.Zero));
        var journal = new JournalCheck(context.Name, context.Log, context.Findings, context.Clock);
        Connection.Events.Add(journal, NatsReplay.All, NatsDispatch.Inline);
        var check = new CallCheck(context.Name, context.Actor, context.Scheduler, context.Findings, context.Log);
        _calls = new Calls(context, Connection, check, journal.History);
        Checks = new ClientChecks(context, _calls, journal, network, _readers);
        if (chance.Is(0.5))
        {
            Connection.Events.Add(new DisturbingListener(context, _calls), NatsReplay.None, chance.Is(0.3) ? NatsDispatch.Inline : NatsDispatch.Serial);
        }

        _weights = CallKinds.Draw(chance);
        _longestPause = chance.Spread(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2));
    }

    public NatsConnection Connection { get; }

    /// <summary>What must hold when the faults are over, and at the end.</summary>
    public ClientChecks Checks { get; }

    public string Name => _context.Name;

    public Actor Actor => _context.Actor;

    public VirtualClock Clock => _context.Clock;

    /// <summary>Called when the application is about to end its connection.</summary>
    public Action Ending { get; set; } = static () => { };

    /// <summary>The application has ended its connection.</summary>
    public bool HasEnded { get; private set; }

    public void Start()
    {
        if (_context.Chance.Is(0.7))
        {
            _ = _calls.ConnectAsync();
        }

        ScheduleNext();
    }

    /// <summary>The application makes no more calls, and its handlers read what they were given.</summary>
    public void Stop()
    {
        _isStopped = true;
        _released.TrySetResult();
    }

    /// <summary>The faults are over: connects again if the connection had ended by itself, which only some options allow.</summary>
    public void Revive()
    {
        if (!HasEnded && Connection.ConnectionState is NatsConnectionState.Closed or NatsConnectionState.Failed)
        {
            _ = _calls.ConnectAsync();
        }
    }

    /// <summary>Ends the connection, if the application has not.</summary>
    public async Task EndAsync()
    {
        _isStopped = true;
        HasEnded = true;
        Ending();
        await _calls.DisposeAsync().ConfigureAwait(false);
        Checks.WatchEnd();
    }

    private void ScheduleNext() => _context.Scheduler.After(_context.Chance.Spread(TimeSpan.FromMilliseconds(0.1), _longestPause), Actor, () =>
    {
        if (!_isStopped)
        {
            Make(_context.Chance.Weighted(_weights));
            ScheduleNext();
        }
    });

    private void Make(CallKind kind)
    {
        _ = kind switch
        {
            CallKind.Publish => _calls.PublishAsync(_context.Chance.Is(0.1) ? 20 : _context.Chance.Between(1, 3)),
            CallKind.Request => _calls.RequestAsync(),
            CallKind.Subscribe => SubscribeAsync(),
            CallKind.Unsubscribe => AnyActive() is { } reader ? _calls.UnsubscribeAsync(reader) : Task.CompletedTask,
            CallKind.DrainSubscription => AnyActive() is { } reader ? _calls.DrainAsync(reader) : Task.CompletedTask,
            CallKind.Flush => _calls.FlushAsync(),
            CallKind.FlushWithMark => _calls.FlushWithMarkAsync(),
            CallKind.Ping => _calls.PingAsync(),
            CallKind.Reconnect => _calls.ReconnectAsync(),
            _ => EndAsync(kind),
        };
    }

    private Task SubscribeAsync()
    {
        if (_readers.Count(reader => reader.IsActive) >= MaxReaders)
        {
            return Task.CompletedTask;
        }

        var added = new Reader(_context, _calls, ReaderPlan.Draw(_context.Chance), _released.Task);
        _readers.Add(added);
        return _calls.SubscribeAsync(added);
    }

    private async Task EndAsync(CallKind kind)
    {
        _isStopped = true;
        Ending();
        Task end = kind switch
        {
            CallKind.Drain => _calls.DrainAllAsync(),
            CallKind.Close => _calls.CloseAsync(),
            _ => Task.CompletedTask,
        };
        await end.ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
    }

    private Reader? AnyActive()
    {
        Reader[] active = [.. _readers.Where(reader => reader.IsActive)];
        return active.Length == 0 ? null : active[_context.Chance.Below(active.Length)];
    }
}
