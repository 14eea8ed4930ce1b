using Earshot.Simulation.Network;
using Earshot.Simulation.Scheduling;
using Earshot.Simulation.Workload;

namespace Earshot.Simulation.Faults;

/// <summary>Injects random faults at random times until it is stopped.</summary>
internal sealed class Nemesis(VirtualNetwork network, NatsTestCluster cluster, RunLog log, Func<IReadOnlyList<Client>> clients)
{
    private readonly Surroundings _surroundings = network.Surroundings;
    private readonly Chance _chance = network.Surroundings.Chance.Fork();
    private readonly ServerFaults _servers = new(network, cluster, network.Surroundings.Chance.Fork());
    private IReadOnlyList<FaultKind> _kinds = [];
    private TimeSpan _longestPause;
    private bool _isStopped;

    /// <summary>The faults of this run: some of all kinds, because a frequent one hides what a rare one causes.</summary>
    public IReadOnlyList<FaultKind> Kinds => _kinds;

    public void Start()
    {
        _kinds = [.. Enum.GetValues<FaultKind>().Where(_ => _chance.Is(0.5))];
        _longestPause = _chance.Spread(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(15));
        ScheduleNext();
    }

    /// <summary>Ends all faults: from here on every server can be reached.</summary>
    public Task StopAsync()
    {
        _isStopped = true;
        return _servers.EndAllAsync();
    }

    private void ScheduleNext()
    {
        if (_kinds.Count == 0)
        {
            return;
        }

        _surroundings.Scheduler.After(_chance.Spread(TimeSpan.FromMilliseconds(20), _longestPause), _surroundings.Network, () =>
        {
            if (!_isStopped)
            {
                Inject(_kinds[_chance.Below(_kinds.Count)]);
                ScheduleNext();
            }
        });
    }

    private void Inject(FaultKind kind)
    {
        switch (kind)
        {
            case FaultKind.Pause or FaultKind.ClockJump:
                Disturb(kind, clients()[_chance.Below(clients().Count)]);
                break;
            case FaultKind.Host or FaultKind.Restart or FaultKind.LameDuck or FaultKind.Server or FaultKind.Partition:
                Host host = network.Hosts[_chance.Below(network.Hosts.Count)];
                log.Add("nemesis", $"{kind} of {host.Name}");
                _servers.Inject(kind, host);
                break;
            default:
                if (network.Links.Count > 0)
                {
                    Link link = network.Links[_chance.Below(network.Links.Count)];
                    log.Add("nemesis", $"{kind} of {link}");
                    LinkFaults.Inject(kind, link, _chance);
                }

                break;
        }
    }

    private void Disturb(FaultKind kind, Client client)
    {
        log.Add("nemesis", $"{kind} of {client.Name}");
        if (kind == FaultKind.Pause)
        {
            client.Actor.Pause(_surroundings.Scheduler.Now, _chance.Spread(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30)));
        }
        else
        {
            client.Clock.Jump(_chance.Of(TimeSpan.FromHours(1), TimeSpan.FromHours(-1), TimeSpan.FromDays(3650), TimeSpan.FromSeconds(-5)));
        }
    }
}
