using System.Globalization;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>Three real servers, of which one is stopped, killed or frozen, and two collectors: what the stream shows of it, once, and how soon.</summary>
[Trait("Duration", "Long")]
public sealed class ServerFailureTests : IAsyncDisposable
{
    private const int Clients = 20;
    private const int Victim = 2;
    private const string User = "orders-api";

    private FleetCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FleetCluster Cluster => _cluster ?? throw new InvalidOperationException("It is not started.");

    [Fact]
    public async Task Server_that_is_stopped_is_one_incident_of_all_its_connections()
    {
        LiveRecords live = await StartAsync();
        await ConnectAsync(live);
        DateTimeOffset begun = TimeProvider.System.GetUtcNow();
        await Cluster.Nodes[Victim].StopAsync(Token);
        await VerdictAsync(live, FleetVerdict.Stopped, begun);
    }

    [Fact]
    public async Task Server_that_is_killed_is_silent_and_then_died_with_all_its_connections()
    {
        LiveRecords live = await StartAsync();
        await ConnectAsync(live);
        string leader = await LeaderAsync();
        DateTimeOffset begun = TimeProvider.System.GetUtcNow();
        await Cluster.Nodes[Victim].KillAsync(Token);
        await live.WhenAsync(ServerRecordKind.Silent, isMeant: record => record.Server.Name == "n3");
        Report($"silent, {leader} led the stream", begun);
        await VerdictAsync(live, FleetVerdict.Died, begun);
    }

    [Fact]
    public async Task Server_that_is_frozen_and_continues_is_frozen_with_all_its_connections()
    {
        LiveRecords live = await StartAsync();
        NatsConnection[] clients = await ConnectAsync(live);
        Task[] back = [.. clients.Select(client => client.Events.WhenAsync<NatsReconnectedEvent>(0, cancellationToken: Token))];
        string leader = await LeaderAsync();
        DateTimeOffset begun = TimeProvider.System.GetUtcNow();
        Cluster.Nodes[Victim].Signal(ServerSignal.Freeze);
        await live.WhenAsync(ServerRecordKind.Silent, isMeant: record => record.Server.Name == "n3");
        Report($"silent, {leader} led the stream", begun);
        await Task.WhenAll(back).WaitAsync(FleetCluster.Limit, Token);
        DateTimeOffset continued = TimeProvider.System.GetUtcNow();
        Cluster.Nodes[Victim].Signal(ServerSignal.Continue);
        await live.WhenAsync(ServerRecordKind.Back, isMeant: record => record.Server.Name == "n3");
        await VerdictAsync(live, FleetVerdict.Frozen, continued);
    }

    [Fact]
    public async Task Servers_in_lame_duck_mode_one_after_the_other_are_one_rolling_restart_of_three_parts()
    {
        LiveRecords live = await StartAsync();
        NatsConnection[] clients = await ConnectAsync(live);
        int[] parts = new int[3];
        foreach (int node in new[] { Victim, 1, 0 })
        {
            NatsServerProcess server = Cluster.Nodes[node];
            NatsConnection[] on = [.. clients.Where(client => client.ServerInfo!.Name == server.Name)];
            parts[node] = on.Length;
            Task[] moved = [.. on.Select(client => client.Events.WhenAsync<NatsReconnectedEvent>(client.Events.LastSequence, cancellationToken: Token))];
            await server.EnterLameDuckModeAsync(Token);
            await Task.WhenAll(moved).WaitAsync(FleetCluster.Limit, Token);
            await server.WaitForExitAsync(Token).WaitAsync(FleetCluster.Limit, Token);
            await server.StartServerAsync(Token);
            await live.WhenAsync(ServerRecordKind.Seen, 2, record => record.Server.Name == server.Name);
        }

        DateTimeOffset ended = TimeProvider.System.GetUtcNow();
        int[] expected = [.. parts.Where(count => count > 0).Order()];
        IReadOnlyList<ServerRecord> records = await live.WhenAsync(all => Find(all) is { Kind: FleetIncidentKind.RollingRestart } found && found.Parts.Select(part => part.Count).Order().SequenceEqual(expected), $"a rolling restart of {string.Join(" + ", expected)}");
        Report("rolling restart", ended);
        Assert.All(Find(records)!.Parts, part => Assert.Equal(FleetVerdict.PlannedRestart, part.Verdict));
        Assert.True(parts.Sum() > Clients, "No client was on a server that was restarted later.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_end_is_missing_when_the_server_that_leads_the_stream_is_killed(bool hasCollector)
    {
        const int Events = 200;
        _cluster = await FleetCluster.WithStreamsAsync(3);
        string leader = await LeaderAsync();
        int led = Enumerable.Range(0, 3).First(node => Cluster.Nodes[node].Name == leader || $"n{node + 1}" == leader);
        int other = (led + 1) % 3;
        LiveRecords live = await Cluster.FollowAsync(other);
        FleetCollector collector = await Cluster.CollectAsync(hasCollector ? led : other);
        await live.WhenAsync(ServerRecordKind.Seen, 3);
        DateTimeOffset begun = TimeProvider.System.GetUtcNow();
        await Cluster.Nodes[led].KillAsync(Token);
        var keys = new List<(string, ulong)>();
        for (int i = 0; i < Events; i++)
        {
            NatsConnection client = await Cluster.ConnectAsync(Cluster.Options(User, other) with { Url = Cluster.Nodes[i % 2 == 0 ? other : (other + 1) % 3 == led ? other : (other + 1) % 3].Url });
            keys.Add((client.ServerInfo!.Id, client.ServerInfo.ClientId));
            await client.DisposeAsync();
        }

        await live.WhenAsync(all => Ends(all).Distinct().Count() == Events, $"{Events} ends");
        Report($"{Events} ends after the kill of the leader{(hasCollector ? ", to which the collector was connected" : "")}", begun);
        IReadOnlyList<ServerRecord> stored = await Cluster.StoredAsync(other);
        Assert.Equal(keys.Order(), Ends(stored).Order());
        if (!hasCollector)
        {
            Assert.Equal(Events, stored.Count(record => record.Kind == ServerRecordKind.Connect && record.Client!.User == User));
        }

        Assert.Equal(0, collector.Counters.Dropped);
        CollectorTests.AssertOnce(stored);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    private async Task<LiveRecords> StartAsync()
    {
        _cluster = await FleetCluster.WithStreamsAsync(3);
        LiveRecords live = await Cluster.FollowAsync();
        await Cluster.CollectAsync();
        await Cluster.CollectAsync(1);
        await live.WhenAsync(ServerRecordKind.Seen, 3);
        await live.WhenAsync(ServerRecordKind.Stats, 3, record => record.Routes is { Count: 2 });
        return live;
    }

    private async Task<string> LeaderAsync()
    {
        NatsConnection viewer = await Cluster.ConnectAsync(FleetConfiguration.ViewerUser);
        return (await viewer.CreateJetStreamContext().GetStreamAsync(FleetStreams.ServersName, cancellationToken: Token)).Info.Cluster!.Leader!;
    }

    // All on one server; each knows the others.
    private async Task<NatsConnection[]> ConnectAsync(LiveRecords live)
    {
        NatsOpts options = Cluster.Options(User, Victim) with { PingInterval = TimeSpan.FromSeconds(1), MaxPingOut = 2, LameDuckGracePeriod = TimeSpan.FromSeconds(1) };
        var clients = new NatsConnection[Clients];
        for (int i = 0; i < Clients; i++)
        {
            clients[i] = await Cluster.ConnectAsync(options);
        }

        await live.WhenAsync(ServerRecordKind.Connect, Clients, record => record.Client!.User == User);
        return clients;
    }

    private static async Task VerdictAsync(LiveRecords live, FleetVerdict verdict, DateTimeOffset begun)
    {
        IReadOnlyList<ServerRecord> records = await live.WhenAsync(all => Find(all) is { } incident && incident.Verdict == verdict && incident.Count == Clients, $"{verdict} of {Clients}");
        Report($"{verdict} of {Clients}", begun);
        FleetReport report = Incidents.Find(OfUser(records));
        Assert.Equal((1, 0), (report.Incidents.Count, report.Others.Count));
        Assert.Equal("n3", Assert.Single(report.Incidents[0].Servers));
        CollectorTests.AssertOnce(records);
    }

    private static FleetIncident? Find(IReadOnlyList<ServerRecord> records) => Incidents.Find(OfUser(records)).Incidents is [var incident] ? incident : null;

    // The connections of the test itself, such as that of the viewer, are left out.
    private static IEnumerable<ServerRecord> OfUser(IReadOnlyList<ServerRecord> records) => records.Where(record => record.Client is null || record.Client.User == User);

    private static IEnumerable<(string, ulong)> Ends(IReadOnlyList<ServerRecord> records) =>
        OfUser(records).Where(record => record.Kind is ServerRecordKind.Disconnect or ServerRecordKind.Filled).Select(record => (record.Server.Id, record.Client!.Id));

    private static void Report(string what, DateTimeOffset begun) =>
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {(TimeProvider.System.GetUtcNow() - begun).TotalSeconds:0.00} s"));
}
