namespace Earshot.Cli.Servers;

/// <summary>Servers in this process, which need nothing that has to be installed.</summary>
internal sealed class MockCluster : IDemoCluster
{
    private static readonly TimeSpan s_election = TimeSpan.FromSeconds(1);

    private readonly NatsTestCluster _cluster;
    private readonly NatsTestServerJetStream _jetStream;
    private readonly List<Node> _nodes;

    private MockCluster(NatsTestCluster cluster)
    {
        _cluster = cluster;
        _jetStream = cluster.Servers[^1].JetStream;
        _nodes = [.. cluster.Servers.Select(server => new Node(cluster, server))];
    }

    public int Replicas => 1;

    public IReadOnlyList<IDemoServer> Nodes => _nodes;

    /// <summary>Completes when the servers know of each other.</summary>
    internal static async Task<IDemoCluster> StartAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var options = new NatsTestServerOptions
        {
            LameDuckGracePeriod = DemoSetting.LameDuckGracePeriod,
            TimeProvider = time,
            JetStream = true,
            Users =
            [
                new NatsTestServerUser(DemoSetting.Client, DemoSetting.Password) { Permissions = new() { SubscribeDeny = [DemoSetting.ForbiddenToClient] } },
                new NatsTestServerUser(DemoSetting.Responder, DemoSetting.Password),
            ],
        };
        return new MockCluster(await NatsTestCluster.StartAsync(DemoSetting.Nodes, options, cancellationToken).ConfigureAwait(false));
    }

    public bool TryElect(string stream)
    {
        _jetStream.Faults.ChangeLeader(stream, s_election);
        return true;
    }

    public async Task<IDemoServer> AddNodeAsync(CancellationToken cancellationToken)
    {
        var added = new Node(_cluster, await _cluster.AddAsync(cancellationToken).ConfigureAwait(false));
        _nodes.Add(added);
        return added;
    }

    public Task RemoveNodeAsync(IDemoServer server, CancellationToken cancellationToken)
    {
        _nodes.Remove((Node)server);
        return _cluster.RemoveAsync(((Node)server).Server);
    }

    public Task StopAllAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_nodes.Select(node => node.KillAsync(cancellationToken)));

    public async Task StartAllAsync(CancellationToken cancellationToken)
    {
        foreach (Node node in _nodes)
        {
            await node.StartServerAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private sealed class Node(NatsTestCluster cluster, NatsTestServer server) : IDemoServer
    {
        private Task _leaving = Task.CompletedTask;

        internal NatsTestServer Server => server;

        public string Name => server.Name;

        public string Url => server.Url;

        public int Port => server.Port;

        public Task EnterLameDuckModeAsync(CancellationToken cancellationToken)
        {
            _leaving = cluster.EnterLameDuckModeAsync(server);
            return Task.CompletedTask;
        }

        public Task WaitUntilGoneAsync(CancellationToken cancellationToken) => _leaving.WaitAsync(cancellationToken);

        public Task KillAsync(CancellationToken cancellationToken) => cluster.StopAsync(server);

        public Task StartServerAsync(CancellationToken cancellationToken) => cluster.StartServerAsync(server, cancellationToken);
    }
}
