using Earshot.Simulation.Checks;
using Earshot.Simulation.Faults;
using Earshot.Simulation.Network;
using Earshot.Simulation.Scheduling;
using Earshot.Simulation.Streams;
using Earshot.Simulation.Workload;

namespace Earshot.Simulation.Runs;

/// <summary>
/// One run: a network with its servers, clients and faults, all decided by one seed. First the safety phase with faults, then the liveness phase
/// without, then the end of all connections.
/// </summary>
internal sealed class SimulatedRun
{
    private static readonly TimeSpan s_setUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_renewal = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_lastAttempt = TimeSpan.FromSeconds(20);

    // Longer than a stale connection is noticed after, plus the longest delays between attempts.
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan s_probe = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan s_catchUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(40);

    private readonly Chance _chance;
    private readonly Scheduler _scheduler;
    private readonly RunLog _log;
    private readonly Findings _findings;
    private readonly Ledger _ledger;
    private readonly Actor _networkActor = new("network");
    private readonly VirtualClock _clock;
    private readonly RunPlan _plan;
    private readonly VirtualNetwork _network;
    private readonly List<Client> _all = [];
    private readonly List<Client> _current = [];
    private StreamRun? _streams; // null: the run has no JetStream

    private SimulatedRun(ulong seed, bool keepsLines)
    {
        _chance = new Chance(seed);
        _scheduler = new Scheduler(_chance.Fork());
        _log = new RunLog(_scheduler, keepsLines);
        _findings = new Findings(_scheduler);
        _ledger = new Ledger(_scheduler, _findings, _log);
        _clock = new VirtualClock(_scheduler, _networkActor);
        _plan = RunPlan.Draw(_chance, _clock, seed);
        _network = new VirtualNetwork(new Surroundings(_scheduler, _chance.Fork(), _networkActor, _plan.Quality), _log)
        {
            Names = NameServer.IsChosenBy(seed) ? new NameServer(_scheduler, _networkActor, NameServer.ChanceOf(seed), _log) : null,
        };
        _scheduler.Settled = _network.Collect;
    }

    /// <summary>Runs a seed. Call it on the thread of the pool.</summary>
    public static async Task<RunResult> RunAsync(ulong seed, bool keepsLines = false)
    {
        var simulation = new SimulatedRun(seed, keepsLines);
        NatsTestCluster cluster = await NatsTestCluster.StartAsync(simulation._plan.Hosts, simulation._plan.Server).ConfigureAwait(false);
        var nemesis = new Nemesis(simulation._network, cluster, simulation._log, () => simulation._current);
        try
        {
            await simulation.RunAsync(cluster, nemesis).ConfigureAwait(false);
        }
        catch (BusyLoopException e)
        {
            simulation._findings.Report("no-busy-loop", e.Message);
        }

        return new RunResult
        {
            Seed = seed,
            Options = $"{simulation._plan}; {string.Join(", ", nemesis.Kinds)}{(simulation._network.Names is null ? "" : ", names")}{simulation._streams}",
            Digest = simulation._log.Digest,
            VirtualTime = simulation._scheduler.Now,
            Steps = simulation._scheduler.Executed,
            Messages = simulation._ledger.Published + (simulation._streams?.Published ?? 0),
            Violations = simulation._findings.Found,
            Lines = simulation._log.Lines,
        };
    }

    private async Task RunAsync(NatsTestCluster cluster, Nemesis nemesis)
    {
        foreach (NatsTestServer server in cluster.Servers)
        {
            server.State.Published = _ledger.Received;
            _network.Hosts.Add(new Host(server.Name, server));
        }

        await SetUpStreamsAsync().ConfigureAwait(false);
        for (int i = 0; i < _plan.Clients; i++)
        {
            _current.Add(Create());
        }

        _scheduler.After(s_renewal, _networkActor, Renew);
        nemesis.Start();
        _network.Names?.Start();
        _streams?.Start();
        await RunForAsync(_plan.FaultTime).ConfigureAwait(false);

        _log.Add("nemesis", "ends all faults");
        Task healthy = nemesis.StopAsync();
        _network.Names?.Stop();
        _streams?.Stop();
        Each(client => client.Stop());
        await RunForAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        if (!healthy.IsCompletedSuccessfully && _findings.Found.Count == 0)
        {
            _findings.Report("simulation", $"the servers did not start again: {healthy.Exception}");
        }

        await RunForAsync(s_lastAttempt + LongestPause()).ConfigureAwait(false);
        Each(client => client.Revive());
        await RunForAsync(s_recovery).ConfigureAwait(false);
        _current.RemoveAll(client => client.HasEnded);
        Each(client => client.Checks.CheckAlive());
        var probes = Task.WhenAll(_current.Select(client => client.Checks.ProbeAsync()).Concat(_findings.Found.Count == 0 ? _streams?.Probe(_current) ?? [] : []));
        await RunForAsync(s_probe).ConfigureAwait(false);
        if (!probes.IsCompletedSuccessfully && _findings.Found.Count == 0)
        {
            _findings.Report("calls-complete", $"the probes did not complete: {probes.Exception}");
        }

        Each(client => client.Checks.CheckStayed());
        await CatchUpAsync().ConfigureAwait(false);
        Each(client => _streams?.CheckReached(client));
        Each(client => _ = client.EndAsync());
        await RunForAsync(s_end).ConfigureAwait(false);
        if (_findings.Found.Count == 0)
        {
            _all.ForEach(client => client.Checks.CheckEnded());
            _network.Hosts.ForEach(host => LimitsCheck.Run(host.Server.State, host.ShrunkAt, _findings));
            _ledger.CheckOutcomes();
            _streams?.CheckEnded();
        }
    }

    // A read that is far behind, with small pulls over a slow network, has time for as long as it comes closer.
    private async Task CatchUpAsync()
    {
        long before = long.MaxValue;
        while (_findings.Found.Count == 0 && _streams?.Remaining(_current) is { } left and > 0 && left < before)
        {
            before = left;
            await RunForAsync(s_catchUp).ConfigureAwait(false);
        }
    }

    private Task RunForAsync(TimeSpan time) => _scheduler.RunAsync(_scheduler.Now + time, () => _findings.Found.Count > 0);

    private TimeSpan LongestPause() =>
        _current.Select(client => client.Actor.PausedUntil - _scheduler.Now).Where(left => left > TimeSpan.Zero).DefaultIfEmpty().Max();

    private void Each(Action<Client> act)
    {
        if (_findings.Found.Count == 0)
        {
            _current.ForEach(act);
        }
    }

    // Applications that have ended their connection are replaced by others.
    private void Renew()
    {
        if (_scheduler.Now >= _plan.FaultTime)
        {
            return;
        }

        for (int i = 0; i < _current.Count; i++)
        {
            if (_current[i].HasEnded)
            {
                _current[i] = Create();
            }
        }

        _scheduler.After(s_renewal, _networkActor, Renew);
    }

    // Before there are faults.
    private async Task SetUpStreamsAsync()
    {
        if (!_plan.Server.JetStream)
        {
            return;
        }

        _streams = new StreamRun(_network, _findings, _log, _chance.Fork(), _plan.HasStreamExtras);
        Task setUp = _streams.SetUpAsync();
        await RunForAsync(s_setUp).ConfigureAwait(false);
        if (!setUp.IsCompletedSuccessfully)
        {
            _findings.Report("simulation", $"the streams were not created: {setUp.Exception}");
        }
    }

    private Client Create()
    {
        var actor = new Actor($"client{_all.Count + 1}");
        var context = new ClientContext
        {
            Name = actor.Name,
            Actor = actor,
            Clock = new VirtualClock(_scheduler, actor),
            Chance = _chance.Fork(),
            Scheduler = _scheduler,
            Ledger = _ledger,
            Findings = _findings,
            Log = _log,
        };
        var client = new Client(context, _network);
        _all.Add(client);
        client.Start();
        _streams?.Add(context, client);
        return client;
    }
}
