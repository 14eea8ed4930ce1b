using Earshot.Server.Clients;
using Earshot.Simulation.Checks;
using Earshot.Simulation.Network;
using Earshot.Timing;

namespace Earshot.Simulation.Workload;

/// <summary>What must hold for one connection: always, when the faults are over, and when it has ended.</summary>
internal sealed class ClientChecks
{
    private static readonly TimeSpan s_clean = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_disturbance = TimeSpan.FromSeconds(60);

    private readonly ClientContext _context;
    private readonly Calls _calls;
    private readonly JournalCheck _journal;
    private readonly VirtualNetwork _network;
    private readonly IReadOnlyList<Reader> _readers;
    private int _disconnectedBefore;

    public ClientChecks(ClientContext context, Calls calls, JournalCheck journal, VirtualNetwork network, IReadOnlyList<Reader> readers)
    {
        (_context, _calls, _journal, _network, _readers) = (context, calls, journal, network, readers);
        journal.Stale = CheckStale;
        // Callers of publishes that were accepted before continue behind the event.
        journal.Closed = () => context.Scheduler.After(TimeSpan.Zero, context.Actor, context.Own.RunEnded);
    }

    private string Name => _context.Name;

    private NatsConnection Connection => _calls.Connection;

    private Findings Findings => _context.Findings;

    private IEnumerable<Link> Links => _network.Links.Where(link => link.ClientActor == _context.Actor && !link.IsOver);

    /// <summary>All faults are over for longer than every bound: the connection must be good, and stay so.</summary>
    public void CheckAlive()
    {
        _calls.Check.RequireAllCompleted();
        if (Connection.ConnectionState != NatsConnectionState.Open)
        {
            Findings.Report("reconnects", $"{Name} is {Connection.ConnectionState}: {Connection.Snapshot.LastError?.Message}");
            return;
        }

        Link[] links = [.. Links];
        if (links is not [var live])
        {
            Findings.Report("one-session", $"{Name} is open and has {links.Length} links");
            return;
        }

        _disconnectedBefore = _journal.History.Disconnected;
        // An earlier connection of the client may be there as well, if the network lost its end.
        ClientConnection? served = live.Host.Server.State.Clients.Open.LastOrDefault(client => client.Request.Name == Name && client is { HasConnected: true, IsClosed: false });
        SubscriptionsCheck.Run(Name, _readers.Where(reader => reader.IsActive).Select(reader => reader.Served), served, Findings);
    }

    /// <summary>Sends one message to each subscription of its own, one of which must arrive, and confirms it. Nothing may end the session.</summary>
    public async Task ProbeAsync()
    {
        _context.Log.Add(Name, "probes its subscriptions");
        var probed = _readers.Where(reader => reader.IsActive && reader.Plan.IsProbed).Select(reader => (Reader: reader, Before: reader.Received)).ToList();
        foreach ((Reader reader, _) in probed)
        {
            await _calls.PublishOneAsync(_context.Ledger.Begin(Name, Payload.LeastSize), reader.Plan.Subject.Replace('*', '0').Replace('>', '0')).ConfigureAwait(false);
        }

        await _calls.FlushAsync().ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(10), _context.Clock).ConfigureAwait(false);
        foreach ((Reader reader, int before) in probed.Where(probe => probe.Reader.Received == probe.Before))
        {
            Findings.Report("not-deaf", $"{Name}: {reader.Interest} is active, had received {before} messages, and received no other");
        }
    }

    /// <summary>Nothing disturbed the connection since it was found to be alive.</summary>
    public void CheckStayed()
    {
        if (_journal.History.Disconnected > _disconnectedBefore)
        {
            Findings.Report("stays-connected", $"{Name}: the session ended although there was no fault");
        }
    }

    /// <summary>The connection was disposed: a moment later nothing of it may be left.</summary>
    public void WatchEnd() => _context.Scheduler.After(s_clean, _context.Actor, () =>
    {
        if (TimerQueue.For(_context.Clock).Count is > 0 and int timers)
        {
            Findings.Report("nothing-left", $"{Name}: {timers} timers are left after its end");
        }

        if (Links.Any())
        {
            Findings.Report("nothing-left", $"{Name}: {string.Join(", ", Links)} is open after its end");
        }
    });

    /// <summary>The run is over, and what was in flight has arrived.</summary>
    public void CheckEnded()
    {
        _calls.Check.RequireAllCompleted();
        _journal.CheckEnd(Connection.Stats);
        _context.Own.CheckAccounting(Connection.Stats);
    }

    // Without the client's knowledge of what was acknowledged, a long queue of bytes looks like silence.
    private void CheckStale(NatsStaleConnectionEvent stale)
    {
        bool isDisturbed = _context.Actor.WasDisturbed(_context.Scheduler.Now, s_disturbance);
        if (stale.Reason != NatsStaleConnectionReason.ServerError && !isDisturbed && _network.Surroundings.Quality.ReportsProgress)
        {
            Findings.Report("not-stale", $"{Name}: a session was declared stale ({stale.Reason}), although its bytes were delivered");
        }
    }
}
