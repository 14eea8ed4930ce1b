using System.Net;
using Earshot.Fleet.Tests.Collecting;
using Earshot.JetStream;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Fleet.Tests.Unknown;

/// <summary>Three real servers, 20 processes of two services with 200 connections from four hosts, a collector, and a reader of both streams.</summary>
internal sealed class IncidentCluster : IAsyncDisposable
{
    public const string Orders = "orders-api";
    public const string Billing = "billing";
    public const int Hosts = 4;

    private const int OfOrders = 12;
    private const int OfBilling = 8;
    private const int FirstHost = 11; // 127.0.0.11
    private const string Limits = "ping_interval: \"2s\"\nping_max: 2\nwrite_deadline: \"1s\"\nmax_pending: 2MB\n";

    private readonly HttpClient _http = new();
    private readonly List<ServiceProcess> _processes = [];
    private readonly FaultProxy[,] _proxies;
    private FleetStreamReader? _reader;
    private NatsConnection? _viewer;

    private IncidentCluster(FleetCluster servers)
    {
        Servers = servers;
        _proxies = new FaultProxy[Hosts, servers.Nodes.Count];
        for (int host = 0; host < Hosts; host++)
        {
            for (int node = 0; node < servers.Nodes.Count; node++)
            {
                _proxies[host, node] = new FaultProxy(servers.Nodes[node].Port, Address(host));
            }
        }
    }

    public FleetCluster Servers { get; }

    public IReadOnlyList<ServiceProcess> Processes => _processes;

    public FleetStreamReader Reader => _reader!;

    public static IPAddress Address(int host) => new([127, 0, 0, (byte)(FirstHost + host)]);

    /// <summary>Starts all of it, and completes when every connection is in the stream.</summary>
    public static async Task<IncidentCluster> StartAsync(Random random)
    {
        var cluster = new IncidentCluster(await FleetCluster.WithStreamsAsync(3, more: Limits));
        try
        {
            await cluster.Servers.CollectAsync(random.Next(3));
            NatsConnection viewer = cluster._viewer = await cluster.Servers.ConnectAsync(FleetConfiguration.ViewerUser, random.Next(3));
            cluster._reader = await FleetStreamReader.StartAsync(viewer, cancellationToken: FleetCluster.Token);
            for (int i = 0; i < OfOrders + OfBilling; i++)
            {
                int host = i % Hosts;
                cluster._processes.Add(ServiceProcess.Start(i < OfOrders ? Orders : Billing, i, host, Enumerable.Range(0, 3).Select(node => cluster._proxies[host, node].Url)));
                if (i % Hosts == Hosts - 1)
                {
                    await Task.WhenAll(cluster._processes.TakeLast(Hosts).Select(process => process.ReadyAsync(FleetCluster.Token)));
                }
            }

            await cluster.UntilAsync(cluster.HasAll);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The proxies of a host, to each server.</summary>
    public IEnumerable<FaultProxy> OfHost(int host) => Enumerable.Range(0, Servers.Nodes.Count).Select(node => _proxies[host, node]);

    /// <summary>The proxies of a server, from each host.</summary>
    public IEnumerable<FaultProxy> OfNode(int node) => Enumerable.Range(0, Hosts).Select(host => _proxies[host, node]);

    /// <summary>The open connections of a server.</summary>
    public Task<IReadOnlyList<OpenConnection>> OpenAsync(int node) => OpenConnection.ReadAsync(_http, Servers.Nodes[node], null, FleetCluster.Token);

    /// <summary>The connections that servers have ended or seen end, of the account of the services.</summary>
    public async Task<IReadOnlyList<OpenConnection>> ClosedAsync()
    {
        var all = new List<OpenConnection>();
        foreach (NatsServerProcess server in Servers.Nodes)
        {
            all.AddRange(await OpenConnection.ReadAsync(_http, server, "APP", FleetCluster.Token));
        }

        return all;
    }

    /// <summary>The open connections of all servers that run.</summary>
    public async Task<IReadOnlyList<OpenConnection>> OpenAsync()
    {
        var all = new List<OpenConnection>();
        foreach (int node in Enumerable.Range(0, Servers.Nodes.Count).Where(node => Servers.Nodes[node].IsRunning))
        {
            all.AddRange(await OpenAsync(node));
        }

        return all;
    }

    /// <summary>The servers that lead the stream of the journals and that of the servers: another leader is elected when they fail.</summary>
    public async Task<IReadOnlyList<string?>> LeadersAsync()
    {
        INatsJSContext context = _viewer!.CreateJetStreamContext();
        return [.. await Task.WhenAll(new[] { FleetStreams.JournalName, FleetStreams.ServersName }.Select(async name => (await context.GetStreamAsync(name, cancellationToken: FleetCluster.Token)).Info.Cluster?.Leader))];
    }

    /// <summary>Waits until all clients of the services are connected, as the servers' lists show it.</summary>
    public async Task AllConnectedAsync()
    {
        HashSet<string> expected = [.. _processes.SelectMany(process => process.Names)];
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (!expected.IsSubsetOf((await OpenAsync()).Select(one => one.Name)))
        {
            await again.WaitForNextTickAsync(FleetCluster.Token);
        }
    }

    /// <summary>Waits until what was read satisfies a condition.</summary>
    public async Task<FleetStreamContent> UntilAsync(Func<FleetStreamContent, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(FleetCluster.Token);
        limit.CancelAfter(FleetCluster.Limit);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            FleetStreamContent content = Reader.Read();
            if (condition(content))
            {
                return content;
            }

            Assert.False(limit.IsCancellationRequested, $"{content.Records.Count} records, {string.Join(' ', content.Problems)}; {string.Join(", ", content.Records.GroupBy(record => record switch { JournalRecord journal => $"{journal.Entry.Kind}", ServerRecord server => $"server {server.Kind}", _ => "" }).Select(same => $"{same.Count()} {same.Key}"))}");
            await again.WaitForNextTickAsync(FleetCluster.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProcess process in _processes)
        {
            await process.DisposeAsync();
        }

        await (_reader?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Servers.DisposeAsync();
        foreach (FaultProxy proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        _http.Dispose();
    }

    // Both halves of each.
    private bool HasAll(FleetStreamContent content)
    {
        HashSet<string?> expected = [.. _processes.SelectMany(process => process.Names)];
        return expected.IsSubsetOf(content.Records.OfType<JournalRecord>().Where(record => record.Entry.Kind == NatsEventKind.Connected).Select(record => record.Connection.Name))
            && expected.IsSubsetOf(content.Records.OfType<ServerRecord>().Where(record => record.Kind is ServerRecordKind.Connect or ServerRecordKind.Open).Select(record => record.Client!.Name));
    }
}
