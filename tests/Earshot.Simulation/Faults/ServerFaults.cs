using Earshot.Simulation.Network;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Faults;

/// <summary>The faults of servers and of their cluster, each of which ends by itself or with <see cref="EndAllAsync"/>.</summary>
internal sealed class ServerFaults(VirtualNetwork network, NatsTestCluster cluster, Chance chance)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(15);

    private readonly Surroundings _surroundings = network.Surroundings;

    /// <summary>The servers that are about to be stopped or started.</summary>
    private readonly HashSet<NatsTestServer> _changing = [];
    private bool _isOver;

    public void Inject(FaultKind kind, Host host)
    {
        switch (kind)
        {
            case FaultKind.Host:
                host.Mode = chance.Of(HostMode.Refuses, HostMode.Unreachable, HostMode.Silent, HostMode.SpeaksOther, HostMode.ClosesAfterPong);
                After(() => host.Mode = _isOver ? host.Mode : HostMode.Healthy);
                break;
            case FaultKind.Restart:
                _ = RestartAsync(host.Server, server => cluster.StopAsync(server));
                break;
            case FaultKind.LameDuck:
                _ = RestartAsync(host.Server, server => cluster.EnterLameDuckModeAsync(server));
                break;
            case FaultKind.Partition:
                cluster.Partition(host.Server);
                After(cluster.Heal);
                break;
            case FaultKind.Server:
                Disturb(host);
                InjectVerb(host);
                break;
        }
    }

    /// <summary>The first host is healthy, which every client can dial, and the servers see each other. Other hosts may stay unreachable.</summary>
    public async Task EndAllAsync()
    {
        _isOver = true;
        cluster.Heal();
        foreach (Host host in network.Hosts)
        {
            host.Mode = host == network.Hosts[0] || chance.Is(0.5) ? HostMode.Healthy : chance.Of(HostMode.Refuses, HostMode.Unreachable, HostMode.Silent);
            host.Server.Faults.Thaw();
            host.Server.Faults.AcceptConnections();
            host.Server.Faults.ThrottleConnections(0);
            await cluster.StopAsync(host.Server).ConfigureAwait(false);
            await cluster.StartServerAsync(host.Server).ConfigureAwait(false);
        }
    }

    private void Disturb(Host host)
    {
        foreach (Link link in network.Links.Where(link => link.Host == host))
        {
            link.ClientActor.Disturb(_surroundings.Scheduler.Now);
        }
    }

    private void InjectVerb(Host host)
    {
        NatsTestServerFaults faults = host.Server.Faults;
        switch (chance.Below(8))
        {
            case 0:
                faults.Drop(chance.Of(NatsTestServerDrop.Fin, NatsTestServerDrop.Reset));
                break;
            case 1:
                faults.Freeze(chance.Of(NatsTestServerFreeze.All, NatsTestServerFreeze.Reading, NatsTestServerFreeze.Writing));
                After(faults.Thaw);
                break;
            case 2:
                faults.Evict();
                break;
            case 3:
                faults.SendError("Maximum Connections Exceeded", close: true);
                break;
            case 4:
                faults.RefuseConnections(chance.Between(1, 5));
                break;
            case 5:
                faults.ThrottleConnections(chance.Between(1, 5));
                break;
            case 6:
                faults.ShrinkMaxPayload(chance.Of(1000, 50_000));
                host.ShrunkAt = host.Server.State.Clock.GetUtcNow();
                break;
            default:
                faults.Delay(chance.Spread(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1)));
                After(faults.Thaw);
                break;
        }
    }

    private async Task RestartAsync(NatsTestServer server, Func<NatsTestServer, Task> stop)
    {
        if (!_changing.Add(server))
        {
            return;
        }

        await stop(server).ConfigureAwait(false);
        After(() => _ = StartAsync(server));
    }

    private async Task StartAsync(NatsTestServer server)
    {
        await cluster.StartServerAsync(server).ConfigureAwait(false);
        _changing.Remove(server);
    }

    private void After(Action end) => _surroundings.Scheduler.After(chance.Spread(TimeSpan.FromMilliseconds(50), s_longest), _surroundings.Network, end);
}
