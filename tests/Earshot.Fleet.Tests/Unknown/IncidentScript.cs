using Earshot.Fleet.Tests.Collecting;
using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Fleet.Tests.Unknown;

/// <summary>Does to a cluster what a cause says, and returns what a report must say about it.</summary>
internal sealed class IncidentScript(IncidentCluster cluster, Random random)
{
    private static readonly TimeSpan s_serverFrozen = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_processFrozen = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_cut = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => FleetCluster.Token;

    public Task<IncidentTruth> PlayAsync(IncidentCause cause) => cause switch
    {
        IncidentCause.ServerStopped => ServerAsync(FleetVerdict.Stopped, static server => server.StopAsync(Token)),
        IncidentCause.ServerKilled => ServerAsync(FleetVerdict.Died, static server => server.KillAsync(Token)),
        IncidentCause.ServerFrozen => FrozenAsync(),
        IncidentCause.LameDuck => ServerAsync(FleetVerdict.PlannedRestart, EndInLameDuckModeAsync),
        IncidentCause.RollingRestart => RollingAsync(),
        IncidentCause.ProcessKilled => ProcessKilledAsync(),
        IncidentCause.ProcessFrozen => ProcessFrozenAsync(),
        IncidentCause.SlowReaders => SlowReadersAsync(),
        IncidentCause.UserRemoved => ReloadAsync(FleetVerdict.UserRemovedOrProxy, Removed),
        IncidentCause.PasswordChanged => ReloadAsync(FleetVerdict.WrongCredentials, Changed),
        IncidentCause.HostCut => HostCutAsync(),
        _ => NetworkCutAsync(),
    };

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private async Task<IncidentTruth> ServerAsync(FleetVerdict verdict, Func<NatsServerProcess, Task> end)
    {
        int node = random.Next(3);
        IReadOnlyList<OpenConnection> lost = await cluster.OpenAsync(node);
        await end(cluster.Servers.Nodes[node]);
        return new IncidentTruth { Verdict = verdict, Kind = FleetIncidentKind.Server, Parts = [lost], NotBack = PinnedTo(node), Ended = Now };
    }

    private static async Task EndInLameDuckModeAsync(NatsServerProcess server)
    {
        await server.EnterLameDuckModeAsync(Token);
        await server.WaitForExitAsync(Token);
    }

    private async Task<IncidentTruth> FrozenAsync()
    {
        int node = random.Next(3);
        IReadOnlyList<OpenConnection> lost = await cluster.OpenAsync(node);
        cluster.Servers.Nodes[node].Signal(ServerSignal.Freeze);
        await Task.Delay(s_serverFrozen, Token);
        cluster.Servers.Nodes[node].Signal(ServerSignal.Continue);
        DateTimeOffset ended = Now;
        HashSet<(string, ulong)> open = await OpenWithoutDuplicatesAsync(node);
        // The collector, the viewer and the set-up have other limits than the services.
        ILookup<bool, OpenConnection> kinds = lost.ToLookup(one => one.Name.Contains('#', StringComparison.Ordinal));
        return new IncidentTruth { Verdict = FleetVerdict.Frozen, Kind = FleetIncidentKind.Server, Parts = [[.. kinds[true].Where(one => !open.Contains(one.Key))]], MayBeLost = [.. kinds[false]], MayBeBack = PinnedTo(node), Ended = ended };
    }

    // A server that continues needs a moment to notice which of its clients are gone.
    private async Task<HashSet<(string, ulong)>> OpenWithoutDuplicatesAsync(int node)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            IReadOnlyList<OpenConnection> all = await cluster.OpenAsync();
            if (!all.Where(one => one.Name.Contains('#', StringComparison.Ordinal)).GroupBy(one => one.Name, StringComparer.Ordinal).Any(same => same.Count() > 1))
            {
                return [.. all.Where(one => one.Server == cluster.Servers.Nodes[node].Name).Select(one => one.Key)];
            }

            await again.WaitForNextTickAsync(Token);
        }
    }

    private async Task<IncidentTruth> RollingAsync()
    {
        int[] order = [0, 1, 2];
        random.Shuffle(order);
        var parts = new List<IReadOnlyList<OpenConnection>>();
        HashSet<string> late = [];
        foreach (int node in order)
        {
            await cluster.AllConnectedAsync();
            parts.Add(await cluster.OpenAsync(node));
            await EndInLameDuckModeAsync(cluster.Servers.Nodes[node]);
            await cluster.Servers.Nodes[node].StartServerAsync(Token);
            late = [.. PinnedTo(node)];
        }

        return new IncidentTruth { Verdict = FleetVerdict.PlannedRestart, Kind = FleetIncidentKind.RollingRestart, Parts = parts, MayBeBack = late, Ended = Now };
    }

    private async Task<IncidentTruth> ProcessKilledAsync()
    {
        (ServiceProcess process, IReadOnlyList<OpenConnection> lost) = await OneAsync();
        process.Send(ServerSignal.Kill);
        return new IncidentTruth { Verdict = FleetVerdict.ProcessDied, Kind = FleetIncidentKind.Host, Parts = [lost], NotBack = process.Names.ToHashSet(), Ended = Now };
    }

    private async Task<IncidentTruth> ProcessFrozenAsync()
    {
        (ServiceProcess process, IReadOnlyList<OpenConnection> lost) = await OneAsync();
        process.Send(ServerSignal.Freeze);
        await Task.Delay(s_processFrozen, Token);
        HashSet<string> names = [.. process.Names];
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while ((await cluster.OpenAsync()).Any(one => names.Contains(one.Name)))
        {
            await again.WaitForNextTickAsync(Token);
        }

        process.Send(ServerSignal.Continue);
        return new IncidentTruth { Verdict = FleetVerdict.ProcessPaused, Kind = FleetIncidentKind.Host, Parts = [lost], Ended = Now };
    }

    private async Task<(ServiceProcess Process, IReadOnlyList<OpenConnection> Lost)> OneAsync()
    {
        ServiceProcess process = cluster.Processes[random.Next(cluster.Processes.Count)];
        HashSet<string> names = [.. process.Names];
        return (process, [.. (await cluster.OpenAsync()).Where(one => names.Contains(one.Name))]);
    }

    private async Task<IncidentTruth> SlowReadersAsync()
    {
        const int Messages = 100;
        int node = random.Next(3);
        NatsServerProcess server = cluster.Servers.Nodes[node];
        await using var readers = new StuckReaders(server.Port, 4 + random.Next(4));
        await readers.SubscribeAsync(Token);
        IReadOnlyList<OpenConnection> lost = [.. (await cluster.OpenAsync(node)).Where(one => one.Name.StartsWith(StuckReaders.Name, StringComparison.Ordinal))];
        await using var publisher = new NatsConnection(cluster.Servers.Options(IncidentCluster.Orders, node));
        byte[] payload = new byte[100_000];
        for (int i = 0; i < Messages; i++)
        {
            await publisher.PublishAsync(StuckReaders.Subject, payload, cancellationToken: Token);
        }

        await publisher.PingAsync(Token);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while ((await cluster.OpenAsync(node)).Any(one => one.Name.StartsWith(StuckReaders.Name, StringComparison.Ordinal)))
        {
            await again.WaitForNextTickAsync(Token);
        }

        return new IncidentTruth { Verdict = FleetVerdict.SlowReader, Kind = FleetIncidentKind.Server, Parts = [lost], NotBack = lost.Select(one => one.Name).ToHashSet(), Ended = Now };
    }

    private async Task<IncidentTruth> ReloadAsync(FleetVerdict verdict, Func<string, string> change)
    {
        HashSet<(string, ulong)> before = [.. (await cluster.ClosedAsync()).Select(one => one.Key)];
        foreach (NatsServerProcess server in cluster.Servers.Nodes)
        {
            await server.ReloadAsync(change(server.Config), Token);
        }

        // A client may have been connected to a server that had not read its configuration yet.
        IReadOnlyList<OpenConnection> lost = [.. (await cluster.ClosedAsync()).Where(one => !before.Contains(one.Key) && one.Name.StartsWith(IncidentCluster.Billing, StringComparison.Ordinal))];
        return new IncidentTruth { Verdict = verdict, Kind = FleetIncidentKind.Server, Parts = [lost], NotBack = lost.Select(one => one.Name).ToHashSet(), HasRefusals = true, Ended = Now };
    }

    private static string Removed(string config) => config.Replace($"user: {IncidentCluster.Billing},", "user: removed,", StringComparison.Ordinal);

    private static string Changed(string config) => config.Replace(FleetCluster.PasswordOf(IncidentCluster.Billing), "an0ther", StringComparison.Ordinal);

    private async Task<IncidentTruth> HostCutAsync()
    {
        int host = random.Next(IncidentCluster.Hosts);
        string address = IncidentCluster.Address(host).ToString();
        IReadOnlyList<OpenConnection> lost = [.. (await cluster.OpenAsync()).Where(one => one.Host == address)];
        await CutAsync([.. cluster.OfHost(host)]);
        return new IncidentTruth { Verdict = FleetVerdict.NetworkFailure, Kind = FleetIncidentKind.Host, Parts = [lost], Ended = Now };
    }

    private async Task<IncidentTruth> NetworkCutAsync()
    {
        int spared = random.Next(3);
        int[] nodes = [.. Enumerable.Range(0, 3).Where(node => node != spared)];
        var lost = new List<OpenConnection>();
        foreach (int node in nodes)
        {
            lost.AddRange((await cluster.OpenAsync(node)).Where(one => one.Host != "127.0.0.1"));
        }

        await CutAsync([.. nodes.SelectMany(cluster.OfNode)]);
        return new IncidentTruth { Verdict = FleetVerdict.NetworkFailure, Kind = FleetIncidentKind.Network, Parts = [lost], Ended = Now };
    }

    private static async Task CutAsync(IReadOnlyList<FaultProxy> proxies)
    {
        foreach (FaultProxy proxy in proxies)
        {
            proxy.RefuseNew();
            proxy.ResetAll();
        }

        await Task.Delay(s_cut, Token);
        foreach (FaultProxy proxy in proxies)
        {
            proxy.AcceptNew();
        }
    }

    private HashSet<string> PinnedTo(int node) => cluster.Processes.Where(process => process.PinnedTo == node).Select(process => process.Pinned).ToHashSet();
}
