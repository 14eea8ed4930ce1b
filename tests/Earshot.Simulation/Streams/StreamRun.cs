using Earshot.Simulation.Checks;
using Earshot.Simulation.Network;
using Earshot.Simulation.Scheduling;
using Earshot.Simulation.Workload;

namespace Earshot.Simulation.Streams;

/// <summary>JetStream of one run: the stream, its faults, and the parts of all applications that use it.</summary>
internal sealed class StreamRun
{
    private readonly VirtualNetwork _network;
    private readonly Chance _chance;
    private readonly StreamPlan _plan;
    private readonly StreamSite _site;
    private readonly StreamNemesis _nemesis;
    private readonly Dictionary<Client, StreamClient> _clients = [];

    public StreamRun(VirtualNetwork network, Findings findings, RunLog log, Chance chance, bool hasExtras)
    {
        (_network, _chance, _plan) = (network, chance, StreamPlan.Draw(chance, hasExtras));
        _site = new StreamSite(network.Hosts[^1].Server, _plan, findings, log); // the last server of a cluster has the streams
        _nemesis = new StreamNemesis(_site, network.Surroundings, chance.Fork(), log);
    }

    public int Published => _site.Store.Published;

    public Task SetUpAsync()
    {
        var actor = new Actor("setup");
        return _site.SetUpAsync(StreamSite.Connect(_network, actor, new VirtualClock(_network.Surroundings.Scheduler, actor), _chance.Fork()));
    }

    public void Start() => _nemesis.Start();

    public void Add(ClientContext context, Client client)
    {
        var added = new StreamClient(context, client, _site, _network);
        _clients.Add(client, added);
        added.Start();
    }

    /// <summary>Ends all faults, and all calls but the reads.</summary>
    public void Stop()
    {
        _nemesis.Stop();
        foreach (StreamClient client in _clients.Values)
        {
            client.Stop();
        }
    }

    public IEnumerable<Task> Probe(IReadOnlyList<Client> clients) => [.. clients.Select(client => _clients[client].ProbeAsync())];

    /// <summary>How much the reads of these applications are behind.</summary>
    public long Remaining(IEnumerable<Client> clients) => clients.Sum(client => _clients[client].Remaining);

    public void CheckReached(Client client) => _clients[client].CheckReached();

    /// <summary>The run is over, and what was in flight has arrived.</summary>
    public void CheckEnded()
    {
        foreach (StreamClient client in _clients.Values)
        {
            client.CheckEnded();
        }

        _site.Store.CheckOutcomes();
        _site.Batches.CheckOutcomes();
        _site.Bucket.CheckCounter();
    }

    /// <inheritdoc/>
    public override string ToString() => $"; {_plan}; {string.Join(", ", _nemesis.Kinds)}";
}
