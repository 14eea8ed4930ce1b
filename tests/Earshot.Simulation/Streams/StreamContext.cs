using Earshot.JetStream;
using Earshot.Simulation.Checks;
using Earshot.Simulation.Network;
using Earshot.Simulation.Scheduling;
using Earshot.Simulation.Workload;

namespace Earshot.Simulation.Streams;

/// <summary>What the parts of one application that uses JetStream share.</summary>
internal sealed class StreamContext
{
    private const double Cancelled = 0.1;

    public StreamContext(ClientContext client, NatsConnection connection, StreamSite site, VirtualNetwork network)
    {
        (Client, Connection, Site, Network) = (client, connection, site, network);
        Chance = client.Chance.Fork();
        JetStream = new NatsJSContext(connection, site.Plan.Options(connection.Opts));
        Check = new CallCheck(client.Name, client.Actor, client.Scheduler, client.Findings, client.Log);
        Sight = new StreamSight(client, site.Store);
        connection.Events.Add(Sight, NatsReplay.All, NatsDispatch.Inline);
    }

    public ClientContext Client { get; }

    public NatsConnection Connection { get; }

    public NatsJSContext JetStream { get; }

    public StreamSite Site { get; }

    public VirtualNetwork Network { get; }

    public Chance Chance { get; }

    public CallCheck Check { get; }

    /// <summary>What the events said about the stream and its reads.</summary>
    public StreamSight Sight { get; }

    public string Name => Client.Name;

    public StreamPlan Plan => Site.Plan;

    /// <summary>The application makes no more calls of its own accord; its reads continue and acknowledge everything.</summary>
    public bool IsStopped { get; set; }

    /// <summary>The application has ended its connection, or is about to.</summary>
    public bool HasEnded { get; set; }

    public void Log(string what) => Client.Log.Add(Name, what);

    public void Report(string rule, string text) => Client.Findings.Report(rule, $"{Name}: {text}");

    /// <summary>How long a call may take that has to connect first.</summary>
    public TimeSpan Bound(TimeSpan limit) => limit + Connection.Opts.CommandTimeout;

    public TimeSpan? CancelAfter(TimeSpan bound) => Chance.Is(Cancelled) ? Chance.Spread(TimeSpan.FromTicks(100), bound) : null;

    /// <summary>Waits as the application does between its calls.</summary>
    public Task PauseAsync(TimeSpan longest) => Task.Delay(Chance.Spread(TimeSpan.FromMilliseconds(1), longest), Client.Clock);
}
