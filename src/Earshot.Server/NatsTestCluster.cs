using Earshot.Server.Clients;

namespace Earshot;

/// <summary>A cluster of in-process servers that advertise each other to their clients and forward published messages in memory. Thread-safe.</summary>
/// <remarks>
/// It is a mock for tests of discovery, fail-over and migration: there are no routes, gateways or Raft, and a partition takes effect
/// immediately.
/// </remarks>
public sealed class NatsTestCluster : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<NatsTestServer> _servers = [];
    private readonly List<HashSet<NatsTestServer>> _partitions = [];
    private readonly HashSet<NatsTestServer> _leaving = [];
    private readonly HashSet<NatsTestServer> _stopped = [];
    private readonly NatsTestServerOptions _options;
    private int _started;

    private NatsTestCluster(NatsTestServerOptions options) => _options = options;

    /// <summary>The running servers, in the order in which they joined.</summary>
    public IReadOnlyList<NatsTestServer> Servers
    {
        get
        {
            lock (_lock)
            {
                return [.. _servers.Where(server => !_stopped.Contains(server))];
            }
        }
    }

    /// <summary>The URLs of the running servers.</summary>
    public IReadOnlyList<string> Urls => [.. Servers.Select(server => server.Url)];

    /// <summary>Starts a cluster whose servers are named n1, n2 and so on.</summary>
    /// <param name="size">The number of servers, at least 1; default 3.</param>
    /// <param name="options">
    /// The options of each server; the name and the port are set for each. With <see cref="NatsTestServerOptions.JetStream"/> the last of
    /// these servers has the streams, for the clients of all of them; there are no replicas. Null: the defaults.
    /// </param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>A task that completes with the cluster when all servers accept clients.</returns>
    /// <exception cref="ArgumentException">The size is less than 1, or an option is not valid.</exception>
    /// <exception cref="IOException">A server could not listen on its port.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<NatsTestCluster> StartAsync(int size = 3, NatsTestServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var cluster = new NatsTestCluster((options ?? new NatsTestServerOptions()) with { Port = 0, ClusterName = options?.ClusterName ?? "mock" });
        try
        {
            for (int i = 1; i <= size; i++)
            {
                await cluster.AddAsync(hasJetStream: options is { JetStream: true } && i == size, cancellationToken).ConfigureAwait(false);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts one more server, and advertises it to all clients.</summary>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>A task that completes with the server when it accepts clients.</returns>
    /// <exception cref="IOException">The server could not listen on its port.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<NatsTestServer> AddAsync(CancellationToken cancellationToken = default) => AddAsync(hasJetStream: false, cancellationToken);

    /// <summary>Stops a server for good and releases its port. The clients of the other servers receive an INFO without it.</summary>
    /// <param name="server">A server of the cluster; for another one nothing happens.</param>
    /// <returns>A task that completes when the server is stopped.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="server"/> is null.</exception>
    public async Task RemoveAsync(NatsTestServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (IsMember(server))
        {
            await server.DisposeAsync().ConfigureAwait(false);
            Change(() =>
            {
                _servers.Remove(server);
                _stopped.Remove(server);
            });
        }
    }

    /// <summary>
    /// Stops a server as when its process is killed: its connections end without an error, and its port refuses connections.
    /// <see cref="StartServerAsync"/> starts it again.
    /// </summary>
    /// <param name="server">A server of the cluster; for another one nothing happens.</param>
    /// <returns>A task that completes when the server is stopped.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="server"/> is null.</exception>
    public async Task StopAsync(NatsTestServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (IsMember(server))
        {
            await server.Faults.StopAsync().ConfigureAwait(false);
            Change(() =>
            {
                _stopped.Add(server);
                _leaving.Remove(server);
            });
        }
    }

    /// <summary>Starts a stopped server again on its port, with a new id, and advertises it to all clients.</summary>
    /// <param name="server">A server that was stopped or has completed lame duck mode; for another one nothing happens.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>A task that completes when the server accepts clients.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="server"/> is null.</exception>
    /// <exception cref="IOException">The server could not listen on its port.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task StartServerAsync(NatsTestServer server, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (IsMember(server) && !Servers.Contains(server))
        {
            await server.Faults.RestartAsync(cancellationToken).ConfigureAwait(false);
            Change(() => _stopped.Remove(server), except: server);
        }
    }

    /// <summary>
    /// Puts a server into lame duck mode. Its clients receive the addresses of the other servers; the clients of the others receive an INFO
    /// without it. When its last client has left, the server is stopped.
    /// </summary>
    /// <param name="server">One of <see cref="Servers"/>.</param>
    /// <returns>A task that completes when the server is stopped, for whatever reason. The clients have been notified when the task is returned.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="server"/> is null.</exception>
    public async Task EnterLameDuckModeAsync(NatsTestServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        Change(() => _leaving.Add(server), except: server);
        if (await server.Faults.LeaveAsync().ConfigureAwait(false))
        {
            await StopAsync(server).ConfigureAwait(false);
        }
    }

    /// <summary>Separates servers from the others: nothing is forwarded between the two sides, and neither advertises the other.</summary>
    /// <param name="servers">The servers of one side; all others are the other side.</param>
    /// <exception cref="ArgumentNullException"><paramref name="servers"/> is null.</exception>
    public void Partition(params NatsTestServer[] servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        Change(() => _partitions.Add([.. servers]));
    }

    /// <summary>Ends all partitions of the cluster.</summary>
    public void Heal() => Change(_partitions.Clear);

    /// <summary>Stops all servers for good and releases their ports.</summary>
    public async ValueTask DisposeAsync()
    {
        NatsTestServer[] all;
        lock (_lock)
        {
            all = [.. _servers];
        }

        foreach (NatsTestServer server in all)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<NatsTestServer> AddAsync(bool hasJetStream, CancellationToken cancellationToken)
    {
        int number = Interlocked.Increment(ref _started);
        NatsTestServerOptions options = _options with
        {
            Name = $"n{number}",
            Port = _options.Listen ? 0 : number, // only in memory, where it distinguishes the servers
            JetStream = hasJetStream,
        };
        NatsTestServer server = await NatsTestServer.StartAsync(options, cancellationToken).ConfigureAwait(false);
        if (hasJetStream)
        {
            server.OpenJetStream(); // clients of the others may be the first that use it
        }

        Change(() => _servers.Add(server), except: server);
        return server;
    }

    private void Change(Action change, NatsTestServer? except = null)
    {
        lock (_lock)
        {
            change();
            Announce(except);
        }
    }

    private bool IsMember(NatsTestServer server)
    {
        lock (_lock)
        {
            return _servers.Contains(server);
        }
    }

    private void Announce(NatsTestServer? except)
    {
        IReadOnlyList<NatsTestServer> running = Servers;
        foreach (NatsTestServer server in running)
        {
            var peers = running.Where(peer => peer != server && AreTogether(server, peer)).ToList();
            server.State.Peers = [.. peers.Select(peer => peer.State)];
            var urls = peers.Where(peer => !_leaving.Contains(peer)).Select(Address).ToList();
            if (!_leaving.Contains(server))
            {
                urls.Insert(0, Address(server));
            }

            // A server that never had a peer leaves the topology out of its INFO.
            if (urls.Count > 1 || server.State.ConnectUrls is not null)
            {
                SendServerInfo(server.State, urls.Count == 0 ? null : urls, silent: server == except);
            }
        }

        foreach (NatsTestServer server in running)
        {
            server.State.NotePeersChanged();
        }
    }

    private static void SendServerInfo(ServerState state, List<string>? urls, bool silent)
    {
        bool changed = !(state.ConnectUrls ?? []).SequenceEqual(urls ?? []);
        state.ConnectUrls = urls;
        if (changed && !silent)
        {
            state.BroadcastInfo();
        }
    }

    private bool AreTogether(NatsTestServer one, NatsTestServer other) =>
        _partitions.TrueForAll(side => side.Contains(one) == side.Contains(other));

    private static string Address(NatsTestServer server) => $"127.0.0.1:{server.Port}";
}
