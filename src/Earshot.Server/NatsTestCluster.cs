using Earshot.Server.Clients;

namespace Earshot;

/// <summary>
/// Several in-process servers that advertise each other to their clients and forward what is published among themselves in
/// memory. A mock for tests of discovery, fail-over and migration: there are no routes, no gateways and no Raft, and a
/// partition takes effect at once. Thread-safe.
/// </summary>
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

    /// <summary>The servers that run, in the order in which they joined.</summary>
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

    /// <summary>The urls of the servers that run.</summary>
    public IReadOnlyList<string> Urls => [.. Servers.Select(server => server.Url)];

    /// <summary>Starts a cluster whose servers are named n1, n2 and so on.</summary>
    /// <param name="size">How many servers; default 3.</param>
    /// <param name="options">How each of them behaves; name and port are set for each.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<NatsTestCluster> StartAsync(int size = 3, NatsTestServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var cluster = new NatsTestCluster((options ?? new NatsTestServerOptions()) with { Port = 0, ClusterName = options?.ClusterName ?? "mock" });
        try
        {
            for (int i = 0; i < size; i++)
            {
                await cluster.AddAsync(cancellationToken).ConfigureAwait(false);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts one more server; every client hears of it.</summary>
    /// <param name="cancellationToken">Ends the start.</param>
    public async Task<NatsTestServer> AddAsync(CancellationToken cancellationToken = default)
    {
        NatsTestServerOptions options = _options with { Name = $"n{Interlocked.Increment(ref _started)}" };
        NatsTestServer server = await NatsTestServer.StartAsync(options, cancellationToken).ConfigureAwait(false);
        Change(() => _servers.Add(server), except: server);
        return server;
    }

    /// <summary>Ends a server for good and frees its port; the clients of the others hear that it is gone.</summary>
    /// <param name="server">A member; nothing happens to another one.</param>
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
    /// Stops a server as a killed process stops: its clients end without a word, connections to its port are refused, and the
    /// clients of the others hear that it is gone. <see cref="StartServerAsync"/> revives it.
    /// </summary>
    /// <param name="server">A member; nothing happens to another one.</param>
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

    /// <summary>Starts a stopped server again, on its port and with a new id; every client hears of it.</summary>
    /// <param name="server">A member that was stopped or has left as a lame duck; nothing happens to another one.</param>
    /// <param name="cancellationToken">Ends the start.</param>
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
    /// Sends a server into lame duck mode: its own clients hear of it with the addresses of the others only, the clients of
    /// the others that it is gone. When its last client has left, the server is stopped.
    /// </summary>
    /// <param name="server">One of <see cref="Servers"/>.</param>
    /// <returns>A task that completes when the server is stopped, be it by this or otherwise; the clients have been told when it is returned.</returns>
    public async Task EnterLameDuckModeAsync(NatsTestServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        Change(() => _leaving.Add(server), except: server);
        if (await server.Faults.LeaveAsync().ConfigureAwait(false))
        {
            await StopAsync(server).ConfigureAwait(false);
        }
    }

    /// <summary>Cuts servers off from the rest: nothing is forwarded between the two sides, and neither advertises the other.</summary>
    /// <param name="servers">One side; the other is everyone else.</param>
    public void Partition(params NatsTestServer[] servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        Change(() => _partitions.Add([.. servers]));
    }

    /// <summary>Ends all partitions.</summary>
    public void Heal() => Change(_partitions.Clear);

    /// <summary>Ends all servers for good.</summary>
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

            // A server that never had a peer says nothing about the topology.
            if (urls.Count > 1 || server.State.ConnectUrls is not null)
            {
                SendServerInfo(server.State, urls.Count == 0 ? null : urls, silent: server == except);
            }
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
