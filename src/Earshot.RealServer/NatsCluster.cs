using System.Text.Json;

namespace Earshot.RealServer;

/// <summary>
/// Real servers joined by routes on loopback: nodes come and go, all stop, all start. It does not wait for the leaders of
/// JetStream. Not thread-safe.
/// </summary>
internal sealed class NatsCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(20);

    private readonly List<Node> _nodes = [];
    private readonly Func<int, NatsServerSetup> _setup;
    // A server with JetStream does not start without a route, so its first nodes know the ports of those that come later.
    private readonly Queue<ReservedPort> _portsAhead = new();
    private readonly HttpClient _monitoring = new();
    private int _started;

    private NatsCluster(Func<int, NatsServerSetup>? setup) => _setup = setup ?? (_ => new NatsServerSetup());

    /// <summary>The nodes, running or not, in the order they were added; a removed node is not in it.</summary>
    internal IReadOnlyList<NatsServerProcess> Nodes => [.. _nodes.Select(node => node.Server)];

    /// <summary>The client addresses of all nodes, separated by commas.</summary>
    internal string Urls => string.Join(',', _nodes.Select(node => node.Server.Url));

    /// <summary>Starts that many nodes and completes when each knows each.</summary>
    /// <param name="size">How many nodes, named n1, n2, ... unless the set-up names them.</param>
    /// <param name="setup">The set-up of the node with that number (from 1); null for plain servers.</param>
    /// <param name="cancellationToken">Ends the start; everything started so far is removed.</param>
    internal static async Task<NatsCluster> StartAsync(
        int size, Func<int, NatsServerSetup>? setup = null, CancellationToken cancellationToken = default)
    {
        var cluster = new NatsCluster(setup);
        try
        {
            for (int i = 1; i <= size && cluster._setup(i).JetStream; i++)
            {
                cluster._portsAhead.Enqueue(ReservedPort.Take());
            }

            for (int i = 0; i < size; i++)
            {
                await cluster.AddNodeAsync(cancellationToken).ConfigureAwait(false);
            }

            await cluster.WaitUntilFormedAsync(cancellationToken).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts one more node. It is a member for clients once <see cref="WaitUntilFormedAsync"/> completes.</summary>
    internal async Task<NatsServerProcess> AddNodeAsync(CancellationToken cancellationToken = default)
    {
        int number = ++_started;
        NatsServerSetup setup = _setup(number);
        ReservedPort port = _portsAhead.TryDequeue(out ReservedPort? ahead) ? ahead : ReservedPort.Take();
        // A node dials those before it: they are up, so no node waits a second for a second attempt.
        string routes = string.Join(", ", _nodes.Select(node => node.RoutePort).Concat(_portsAhead).Select(known => $"\"nats://127.0.0.1:{known.Number}\""));
        string cluster = $"cluster {{ name: earshot, listen: \"127.0.0.1:{port.Number}\", routes: [{routes}] }}\n";
        try
        {
            NatsServerProcess server = await NatsServerProcess.StartAsync(
                setup with { Name = setup.Name ?? $"n{number}", Config = cluster + setup.Config }, cancellationToken)
                .ConfigureAwait(false);
            _nodes.Add(new Node(server, port));
            return server;
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    /// <summary>Stops a node in order and forgets it; the others go on looking for it, as they would in real life.</summary>
    internal async Task RemoveNodeAsync(NatsServerProcess server, CancellationToken cancellationToken = default)
    {
        await server.StopAsync(cancellationToken).ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
        foreach (Node? node in _nodes.Where(node => node.Server == server).ToList())
        {
            node.RoutePort.Dispose();
            _nodes.Remove(node);
        }
    }

    /// <summary>Completes when every running node has a route to every other running node and tells clients about it.</summary>
    internal async Task WaitUntilFormedAsync(CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        var running = _nodes.Where(node => node.Server.IsRunning).Select(node => node.Server).ToList();
        // The server does not report at its default log level when a route is ready, so its monitoring is polled.
        using var again = new PeriodicTimer(s_pollInterval, TimeProvider.System);
        foreach (NatsServerProcess? server in running)
        {
            while (await CountPeersAsync(server, limit.Token).ConfigureAwait(false) < running.Count - 1
                || await CountAddressesAsync(server, limit.Token).ConfigureAwait(false) < running.Count)
            {
                await again.WaitForNextTickAsync(limit.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Stops every running node in order, all at the same time.</summary>
    internal Task StopAllAsync(CancellationToken cancellationToken = default) =>
        Task.WhenAll(_nodes.Select(node => node.Server.StopAsync(cancellationToken)));

    /// <summary>Starts every node that is not running, on its old ports, and completes when each knows each.</summary>
    internal async Task StartAllAsync(CancellationToken cancellationToken = default)
    {
        foreach (Node? node in _nodes.Where(node => !node.Server.IsRunning))
        {
            await node.Server.StartServerAsync(cancellationToken).ConfigureAwait(false);
        }

        await WaitUntilFormedAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Kills what runs and removes every folder.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Node node in _nodes)
        {
            await node.Server.DisposeAsync().ConfigureAwait(false);
            node.RoutePort.Dispose();
        }

        foreach (ReservedPort port in _portsAhead)
        {
            port.Dispose();
        }

        _nodes.Clear();
        _portsAhead.Clear();
        _monitoring.Dispose();
    }

    // Since 2.10 two servers keep several connections between them, so peers are counted and not routes. A route has no
    // remote id until the other side has introduced itself.
    private async Task<int> CountPeersAsync(NatsServerProcess server, CancellationToken cancellationToken)
    {
        using JsonDocument document = await AskAsync(server, "routez", cancellationToken).ConfigureAwait(false);
        return document.RootElement.TryGetProperty("routes", out JsonElement routes)
            ? routes.EnumerateArray().Select(RemoteId).Where(id => !string.IsNullOrEmpty(id)).Distinct().Count()
            : 0;
    }

    // A node passes a peer's address on to its clients a moment after the route to that peer is ready.
    private async Task<int> CountAddressesAsync(NatsServerProcess server, CancellationToken cancellationToken)
    {
        using JsonDocument document = await AskAsync(server, "varz", cancellationToken).ConfigureAwait(false);
        return document.RootElement.TryGetProperty("connect_urls", out JsonElement urls) ? urls.GetArrayLength() : 0;
    }

    private async Task<JsonDocument> AskAsync(
        NatsServerProcess server, string page, CancellationToken cancellationToken) =>
        JsonDocument.Parse(await _monitoring.GetStringAsync(new Uri(server.MonitoringUrl, page), cancellationToken)
            .ConfigureAwait(false));

    private static string? RemoteId(JsonElement route) =>
        route.TryGetProperty("remote_id", out JsonElement id) ? id.GetString() : null;

    private sealed record Node(NatsServerProcess Server, ReservedPort RoutePort);
}
