namespace Earshot.Cli.LocalServer;

/// <summary>The in-process servers of the command: one, or a mock cluster; with those that are stopped. Not thread-safe.</summary>
internal sealed class LocalServers : IAsyncDisposable
{
    private readonly NatsTestCluster? _cluster;
    private readonly HashSet<NatsTestServer> _stopped = [];

    private LocalServers(IReadOnlyList<NatsTestServer> all, NatsTestCluster? cluster) => (All, _cluster) = (all, cluster);

    /// <summary>All servers, also those that are stopped.</summary>
    internal IReadOnlyList<NatsTestServer> All { get; }

    internal bool IsCluster => _cluster is not null;

    /// <summary>Starts the servers.</summary>
    /// <param name="options">The options of each.</param>
    /// <param name="size">The number of servers of a cluster; 0 for a single server.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="IOException">The port is in use.</exception>
    internal static async Task<LocalServers> StartAsync(NatsTestServerOptions options, int size, CancellationToken cancellationToken)
    {
        if (size == 0)
        {
            return new LocalServers([await NatsTestServer.StartAsync(options, cancellationToken).ConfigureAwait(false)], null);
        }

        NatsTestCluster cluster = await NatsTestCluster.StartAsync(size, options, cancellationToken).ConfigureAwait(false);
        return new LocalServers(cluster.Servers, cluster);
    }

    internal bool IsStopped(NatsTestServer server) => _stopped.Contains(server);

    internal async Task StopAsync(NatsTestServer server)
    {
        _stopped.Add(server);
        await (_cluster?.StopAsync(server) ?? server.Faults.StopAsync()).ConfigureAwait(false);
    }

    internal async Task StartAsync(NatsTestServer server, CancellationToken cancellationToken)
    {
        await (_cluster?.StartServerAsync(server, cancellationToken) ?? server.Faults.RestartAsync(cancellationToken)).ConfigureAwait(false);
        _stopped.Remove(server);
    }

    /// <summary>Begins lame duck mode.</summary>
    /// <returns>A task that completes when the server has shut down.</returns>
    internal Task Leave(NatsTestServer server)
    {
        _stopped.Add(server);
        return _cluster?.EnterLameDuckModeAsync(server) ?? server.Faults.EnterLameDuckModeAsync();
    }

    internal void Partition(NatsTestServer server) => _cluster?.Partition(server);

    internal void Heal() => _cluster?.Heal();

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? All[0].DisposeAsync();
}
