using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Earshot.Simulation.Scheduling;
using Earshot.Transport;

namespace Earshot.Simulation.Network;

/// <summary>All hosts and links of a run. Carries bytes between the clients and the in-process servers whenever the work has settled.</summary>
internal sealed class VirtualNetwork(Surroundings surroundings, RunLog log)
{
    private readonly List<Link> _links = [];
    private int _lastNumber;

    public List<Host> Hosts { get; } = [];

    /// <summary>The links that their clients still use.</summary>
    public IReadOnlyList<Link> Links => _links;

    public Surroundings Surroundings => surroundings;

    /// <summary>What resolves the names of the hosts; null: they are dialled by address.</summary>
    public NameServer? Names { get; init; }

    /// <summary>Takes what the servers have written.</summary>
    public void Collect()
    {
        for (int i = _links.Count - 1; i >= 0; i--)
        {
            if (_links[i].IsOver)
            {
                _links.RemoveAt(i);
            }
            else
            {
                _links[i].Collect();
            }
        }
    }

    /// <summary>Connects a client to a host, or fails as the host's mode says.</summary>
    public async ValueTask<Link> ConnectAsync(TransportTarget target, Actor client, TimeProvider clock, CancellationToken cancellationToken)
    {
        Chance chance = surroundings.Chance;
        TimeSpan roundTrip = (surroundings.Quality.Latency * 2) + (surroundings.Quality.Jitter * chance.Fraction());
        await Task.Delay(roundTrip + TimeSpan.FromTicks(1), clock, cancellationToken).ConfigureAwait(false);
        Host? host = target.Address is null || IPAddress.IsLoopback(target.Address) ? Hosts.Find(host => host.Port == target.Port) : null;
        HostMode mode = host?.Mode ?? (target.Address is null || NameServer.IsRefusing(target.Address) ? HostMode.Refuses : HostMode.Unreachable);
        log.Add(client.Name, $"dials {host?.Name ?? "an unknown address"}, which is {mode}");
        if (mode == HostMode.Refuses)
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        if (host is null || mode == HostMode.Unreachable)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken).ConfigureAwait(false);
            throw new SocketException((int)SocketError.TimedOut);
        }

        var link = new Link(++_lastNumber, host, await AcceptAsync(host, cancellationToken).ConfigureAwait(false), client, surroundings);
        if (host.Mode == HostMode.SpeaksOther)
        {
            link.Inject(HostileBytes.OtherGreeting(chance));
        }

        _links.Add(link);
        return link;
    }

    private static async ValueTask<IDuplexPipe?> AcceptAsync(Host host, CancellationToken cancellationToken)
    {
        if (host.Mode is HostMode.Silent or HostMode.SpeaksOther)
        {
            return null;
        }

        try
        {
            return await host.Server.ConnectInMemoryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }
    }
}
