using Earshot.Cli.Servers;

namespace Earshot.Cli.Demo;

/// <summary>
/// The objects that the sections use: the cluster, the observed client, and its traffic. It performs actions and does not evaluate
/// what follows. Acts run one after another, so it is not thread-safe.
/// </summary>
internal sealed class DemoContext : IAsyncDisposable
{
    internal const string Secret = "demo.secret.plans";
    private const string UnansweredSubject = "demo.unanswered";

    private readonly Action<string, string> _report;
    private readonly TimeProvider _time;
    private IDemoServer? _addedServer;
    private IDemoServer? _stoppedServer;

    /// <summary>A stage with a cluster that it ends with itself; nothing is connected yet.</summary>
    /// <param name="cluster">Servers that form a cluster.</param>
    /// <param name="tell">Shows the user text that is not an event: a heading and a description.</param>
    /// <param name="time">The clock of the client and its traffic.</param>
    internal DemoContext(IDemoCluster cluster, Action<string, string> tell, TimeProvider time)
    {
        (Cluster, _report, _time) = (cluster, tell, time);
        Client = new NatsConnection(Options(DemoSetting.Client, cluster.Nodes[0].Url));
        Traffic = new Traffic(Client, new NatsConnection(Options(DemoSetting.Responder, cluster.Nodes[2].Url)), time);
        SlowReader = new SlowReader(Client);
        Orders = new StreamTraffic(Client, cluster, tell, time);
        Settings = new SettingsWatch(Client, new NatsConnection(Options(DemoSetting.Responder, cluster.Nodes[1].Url)), cluster.Replicas, tell, time);
    }

    internal IDemoCluster Cluster { get; }

    /// <summary>The connection whose journal is shown.</summary>
    internal NatsConnection Client { get; }

    internal Traffic Traffic { get; }

    internal SlowReader SlowReader { get; }

    /// <summary>A stream, its publisher and its consumer.</summary>
    internal StreamTraffic Orders { get; }

    /// <summary>A bucket, a watch and another client that writes.</summary>
    internal SettingsWatch Settings { get; }

    // The node the client is connected to at this moment.
    private IDemoServer Host => Cluster.Nodes.First(node => node.Port == Client.ServerInfo!.Port);

    internal async Task AddServerAsync(CancellationToken cancellationToken) =>
        _addedServer = await Cluster.AddNodeAsync(cancellationToken).ConfigureAwait(false);

    internal Task RemoveServerAsync(CancellationToken cancellationToken) => Cluster.RemoveNodeAsync(_addedServer!, cancellationToken);

    internal bool IsAddedServer(Uri url) => url.Port == _addedServer?.Port;

    internal async Task SubscribeDeniedAsync(CancellationToken cancellationToken)
    {
        INatsSub<string> secret = await Client.SubscribeCoreAsync<string>(Secret, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (secret.ConfigureAwait(false))
        {
            try
            {
                await secret.ConfirmAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (NatsPermissionViolationException)
            {
                // The expected result; the event contains the rest.
                return;
            }
        }

        throw new ExpectationMissedException($"The server allowed the subscription to {Secret}.");
    }

    internal async Task RequestWithoutRespondersAsync(CancellationToken cancellationToken)
    {
        long asked = _time.GetTimestamp();
        try
        {
            await Client.RequestAsync<string, string>(UnansweredSubject, "ping", cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (NatsNoRespondersException e)
        {
            _report("NoResponders", $"exception after {_time.GetElapsedTime(asked).TotalMilliseconds:0.0} ms, outcome {e.Outcome}: {e.Message}");
            return;
        }

        throw new ExpectationMissedException($"A request to {UnansweredSubject}, which has no subscribers, was answered.");
    }

    internal Task EnterLameDuckModeAsync(CancellationToken cancellationToken)
    {
        _stoppedServer = Host;
        return _stoppedServer.EnterLameDuckModeAsync(cancellationToken);
    }

    /// <summary>Waits for the end of the server that went lame duck and starts it again.</summary>
    internal async Task RestartServersAsync(CancellationToken cancellationToken)
    {
        await _stoppedServer!.WaitUntilGoneAsync(cancellationToken).ConfigureAwait(false);
        await _stoppedServer.StartServerAsync(cancellationToken).ConfigureAwait(false);
    }

    internal Task KillCurrentServerAsync(CancellationToken cancellationToken) => Host.KillAsync(cancellationToken);

    internal Task KillServerOfWatchAsync(CancellationToken cancellationToken) => Settings.KillAsync(Host, cancellationToken);

    internal async Task DrainAsync(CancellationToken cancellationToken)
    {
        await Traffic.StopSendingAsync(cancellationToken).ConfigureAwait(false);
        await Client.DrainAsync(cancellationToken).ConfigureAwait(false);
        await Traffic.StopReceivingAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await Orders.DisposeAsync().ConfigureAwait(false);
        await Settings.DisposeAsync().ConfigureAwait(false);
        await Traffic.DisposeAsync().ConfigureAwait(false);
        await Client.DisposeAsync().ConfigureAwait(false);
        await Cluster.DisposeAsync().ConfigureAwait(false);
    }

    private NatsOpts Options(string user, string url) => NatsOpts.Default with
    {
        Name = user,
        Url = url,
        AuthOpts = new NatsAuthOpts { Username = user, Password = DemoSetting.Password },
        TimeProvider = _time,
        LameDuckGracePeriod = DemoSetting.LameDuckGracePeriod,
        ReconnectWaitMax = TimeSpan.FromSeconds(1),
        EventCapacity = 8192,
    };
}
