using Earshot.RealServer;

namespace Earshot.Testing;

/// <summary>A server of Earshot.Server, alone or as a member of a mock cluster.</summary>
internal sealed class InProcessTestServer(NatsTestServer server, NatsTestCluster? cluster = null) : ITestServer
{
    private Task _leaving = Task.CompletedTask;
    private bool _isStopped;

    public NatsTestServer Server => server;

    public string? Name => server.Name;

    public int Port => server.Port;

    public string Url => server.Url;

    public Uri MonitoringUrl => server.MonitoringUrl!;

    public bool IsRunning => !_isStopped;

    public NatsServerProcess Process => throw new NotSupportedException("This server runs in process: it has no log and no configuration file.");

    public Task KillAsync(CancellationToken cancellationToken)
    {
        _isStopped = true;
        return cluster is null ? server.Faults.StopAsync() : cluster.StopAsync(server);
    }

    /// <summary>A lame duck goes when it is ready, as the real one does.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _leaving.WaitAsync(cancellationToken).ConfigureAwait(false);
        await KillAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task StartServerAsync(CancellationToken cancellationToken)
    {
        await KillAsync(cancellationToken).ConfigureAwait(false);
        await (cluster is null ? server.Faults.RestartAsync(cancellationToken) : cluster.StartServerAsync(server, cancellationToken)).ConfigureAwait(false);
        _isStopped = false;
    }

    public Task RestartAsync(CancellationToken cancellationToken) => StartServerAsync(cancellationToken);

    public Task EnterLameDuckModeAsync(CancellationToken cancellationToken)
    {
        _leaving = cluster is null ? server.Faults.EnterLameDuckModeAsync() : cluster.EnterLameDuckModeAsync(server);
        return Task.CompletedTask;
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _leaving.WaitAsync(cancellationToken);

    public void Freeze() => server.Faults.Freeze();

    public void Thaw() => server.Faults.Thaw();

    public ValueTask DisposeAsync() => server.DisposeAsync();
}

/// <summary>A mock cluster.</summary>
internal sealed class InProcessTestCluster(NatsTestCluster cluster) : ITestCluster
{
    private readonly List<InProcessTestServer> _nodes = [.. cluster.Servers.Select(server => Join(server, cluster))];

    public IReadOnlyList<ITestServer> Nodes => _nodes;

    public string Urls => string.Join(',', _nodes.Select(node => node.Url));

    public async Task<ITestServer> AddNodeAsync(CancellationToken cancellationToken)
    {
        _nodes.Add(Join(await cluster.AddAsync(cancellationToken).ConfigureAwait(false), cluster));
        return _nodes[^1];
    }

    public Task RemoveNodeAsync(ITestServer server, CancellationToken cancellationToken)
    {
        _nodes.Remove((InProcessTestServer)server);
        return cluster.RemoveAsync(((InProcessTestServer)server).Server);
    }

    public Task WaitUntilFormedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAllAsync(CancellationToken cancellationToken) => Task.WhenAll(_nodes.Select(node => node.StopAsync(cancellationToken)));

    public async Task StartAllAsync(CancellationToken cancellationToken)
    {
        foreach (InProcessTestServer? node in _nodes.Where(node => !node.IsRunning))
        {
            await node.StartServerAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    private static InProcessTestServer Join(NatsTestServer server, NatsTestCluster cluster)
    {
        TestServers.Started(server);
        return new InProcessTestServer(server, cluster);
    }
}
