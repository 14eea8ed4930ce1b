using System.Net.Sockets;
using System.Text;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>A collector and a real server with the accounts of the configuration.</summary>
public sealed class CollectorTests : IAsyncDisposable
{
    // A client that closes its connection with data that it has not read resets it.
    private static readonly string[] s_closed = ["Client Closed", "Read Error"];

    private FleetCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task Start_and_end_of_a_connection_are_stored_with_its_ids_and_reason(string version)
    {
        FleetCluster cluster = await WithStreamsAsync(version);
        LiveRecords live = await cluster.FollowAsync();
        await cluster.CollectAsync();
        NatsConnection client = await cluster.ConnectAsync("orders-api");
        (string server, ulong cid) = (client.ServerInfo!.Id, client.ServerInfo.ClientId);
        await client.DisposeAsync();
        ServerRecord end = (await live.WhenAsync(ServerRecordKind.Disconnect, isMeant: record => record.Client!.Id == cid))[0];
        Assert.Equal((server, "APP", "orders-api"), (end.Server.Id, end.Client!.Account, end.Client.User));
        Assert.Contains(end.Reason, s_closed);
        Assert.Equal(("127.0.0.1", "orders-api-client", "n1"), (end.Client.Ip, end.Client.Name, end.Server.Name));
        Assert.NotNull(end.Client.Stop);
        ServerRecord start = Assert.Single(live.All, record => record.Kind == ServerRecordKind.Connect && record.Client!.Id == cid);
        Assert.Equal((server, null, end.Client.Start), (start.Server.Id, start.Reason, start.Client!.Start));
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task Refused_client_is_stored_without_what_it_gave_as_its_secret(string version)
    {
        FleetCluster cluster = await WithStreamsAsync(version);
        LiveRecords live = await cluster.FollowAsync();
        await cluster.CollectAsync();
        await RefusedAsync(cluster.Nodes[0], """{"verbose":false,"user":"orders-api","pass":"c4n4ry-wrong","name":"wrong"}""");
        await RefusedAsync(cluster.Nodes[0], """{"verbose":false,"auth_token":"c4n4ry-token","name":"token"}""");
        await live.WhenAsync(ServerRecordKind.Disconnect, isMeant: record => record.Client!.Name == "token");
        IReadOnlyList<ServerRecord> refused = await live.WhenAsync(ServerRecordKind.Disconnect, isMeant: record => record.Client!.Name == "wrong");
        Assert.All(refused, record => Assert.Equal("Authentication Failure", record.Reason));
        Assert.Equal(FleetVerdict.WrongCredentials, Assert.Single(Incidents.Find(refused).Losses).Verdict);
        Assert.DoesNotContain("c4n4ry", string.Join('\n', live.All), StringComparison.Ordinal);
        if (version == "newest")
        {
            Assert.DoesNotContain("c4n4ry", string.Join('\n', await cluster.MessagesAsync()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Two_collectors_store_every_event_once()
    {
        FleetCluster cluster = await WithStreamsAsync();
        LiveRecords live = await cluster.FollowAsync();
        FleetCollector[] collectors = [await cluster.CollectAsync(), await cluster.CollectAsync()];
        for (int i = 0; i < 20; i++)
        {
            await (await cluster.ConnectAsync("orders-api")).DisposeAsync();
        }

        await live.WhenAsync(ServerRecordKind.Disconnect, 20, record => record.Client!.User == "orders-api");
        using (var limit = new CancellationTokenSource(FleetCluster.Limit))
        {
            while (collectors[0].Counters.Duplicates + collectors[1].Counters.Duplicates < 40) // the slower one may have received less
            {
                limit.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        foreach (FleetCollector collector in collectors)
        {
            await collector.StopAsync(Token);
        }

        IReadOnlyList<ServerRecord> stored = await cluster.StoredAsync();
        AssertOnce(stored);
        Assert.Equal(20, stored.Count(record => record.Kind == ServerRecordKind.Connect && record.Client!.User == "orders-api"));
        Assert.Equal(20, stored.Count(record => record.Kind == ServerRecordKind.Disconnect && record.Client!.User == "orders-api"));
        Assert.Equal((0, 0), (collectors[0].Counters.Held, collectors[1].Counters.Held));
        Assert.InRange(collectors[0].Counters.Duplicates + collectors[1].Counters.Duplicates, 40, int.MaxValue);
    }

    [Fact]
    public async Task What_a_missing_stream_does_not_take_is_held_until_it_is_there()
    {
        FleetCluster cluster = await StartAsync();
        FleetCollector collector = await cluster.CollectAsync();
        for (int i = 0; i < 10; i++)
        {
            await (await cluster.ConnectAsync("orders-api")).DisposeAsync();
        }

        LiveRecords live = await cluster.FollowAsync();
        await cluster.CreateStreamsAsync();
        await live.WhenAsync(ServerRecordKind.Disconnect, 10, record => record.Client!.User == "orders-api");
        await collector.StopAsync(Token);
        IReadOnlyList<ServerRecord> stored = await cluster.StoredAsync();
        AssertOnce(stored);
        Assert.Equal(10, stored.Count(record => record.Kind == ServerRecordKind.Connect && record.Client!.User == "orders-api"));
        Assert.Equal((0, 0L), (collector.Counters.Held, collector.Counters.Dropped));
        Assert.InRange(collector.Counters.Retries, 1, int.MaxValue);
    }

    [Fact]
    public async Task What_happened_without_a_collector_is_filled_in_and_nothing_is_stored_twice()
    {
        FleetCluster cluster = await WithStreamsAsync();
        LiveRecords live = await cluster.FollowAsync();
        FleetCollector first = await cluster.CollectAsync();
        await (await cluster.ConnectAsync("orders-api")).DisposeAsync();
        NatsConnection before = await cluster.ConnectAsync("orders-api");
        NatsConnection stays = await cluster.ConnectAsync("billing");
        await live.WhenAsync(ServerRecordKind.Connect, isMeant: record => record.Client!.User == "billing");
        await live.WhenAsync(ServerRecordKind.Disconnect, isMeant: record => record.Client!.User == "orders-api"); // its end is not one of those that are missed
        await first.StopAsync(Token);
        NatsConnection meanwhile = await cluster.ConnectAsync("orders-api");
        ulong[] lost = [before.ServerInfo!.ClientId, meanwhile.ServerInfo!.ClientId];
        NatsConnection kept = await cluster.ConnectAsync("stock");
        await before.DisposeAsync();
        await meanwhile.DisposeAsync();
        FleetCollector second = await cluster.CollectAsync();
        IReadOnlyList<ServerRecord> filled = await live.WhenAsync(ServerRecordKind.Filled, 2, record => record.Client!.User == "orders-api");
        await live.WhenAsync(ServerRecordKind.Open, isMeant: record => record.Client!.Id == kept.ServerInfo!.ClientId);
        await second.StopAsync(Token);
        Assert.Equal(lost.Order(), filled.Select(record => record.Client!.Id).Order());
        Assert.All(filled, record => Assert.Equal("APP", record.Client!.Account));
        Assert.All(filled, record => Assert.Contains(record.Reason, s_closed));
        AssertOnce(await cluster.StoredAsync());
        Assert.Equal(stays.ServerInfo!.Id, kept.ServerInfo!.Id);
    }

    [Fact]
    public async Task What_happened_while_its_connection_was_interrupted_is_filled_in()
    {
        FleetCluster cluster = await WithStreamsAsync();
        LiveRecords live = await cluster.FollowAsync();
        await using var proxy = new FaultProxy(cluster.Nodes[0].Port);
        NatsConnection connection = await cluster.ConnectAsync(cluster.Options(FleetConfiguration.CollectorUser) with { Url = proxy.Url, IgnoreDiscoveredServers = true });
        await using var collector = new FleetCollector(connection);
        await collector.StartAsync(Token);
        NatsConnection client = await cluster.ConnectAsync("orders-api");
        await live.WhenAsync(ServerRecordKind.Connect, isMeant: record => record.Client!.User == "orders-api");
        Task<NatsDisconnectedEvent> lost = connection.Events.WhenAsync<NatsDisconnectedEvent>(0, cancellationToken: Token);
        proxy.RefuseNew();
        proxy.ResetAll();
        await lost.WaitAsync(FleetCluster.Limit, Token);
        NatsConnection brief = await cluster.ConnectAsync("billing");
        ulong[] ended = [client.ServerInfo!.ClientId, brief.ServerInfo!.ClientId];
        await client.DisposeAsync();
        await brief.DisposeAsync();
        proxy.AcceptNew();
        IReadOnlyList<ServerRecord> filled = await live.WhenAsync(ServerRecordKind.Filled, 2, record => record.Client!.User is "orders-api" or "billing");
        Assert.Equal(ended.Order(), filled.Select(record => record.Client!.Id).Order());
        await collector.StopAsync(Token);
        Assert.Equal(1, collector.Counters.Absences);
        AssertOnce(await cluster.StoredAsync());
    }

    [Fact]
    public async Task What_was_dropped_for_lack_of_space_is_filled_in_when_the_stream_is_there()
    {
        const int Clients = 40;
        FleetCluster cluster = await StartAsync();
        FleetCollector collector = await cluster.CollectAsync(options: new FleetCollectorOptions { HeldBytesLimit = 16 * 1024, ConnectionsInterval = TimeSpan.FromSeconds(1) });
        var ids = new List<ulong>();
        for (int i = 0; i < Clients; i++)
        {
            NatsConnection client = await cluster.ConnectAsync("orders-api");
            ids.Add(client.ServerInfo!.ClientId);
            await client.DisposeAsync();
        }

        LiveRecords live = await cluster.FollowAsync();
        await cluster.CreateStreamsAsync();
        IReadOnlyList<ServerRecord> records = await live.WhenAsync(all => Ends(all).Distinct().Count() == Clients, $"{Clients} ends");
        Assert.Equal(ids.Order(), Ends(records).Order());
        await collector.StopAsync(Token);
        Assert.InRange(collector.Counters.Dropped, 1, 2 * Clients);
        AssertOnce(await cluster.StoredAsync());
    }

    [Fact]
    public async Task Collector_needs_no_more_than_the_permissions_of_its_user()
    {
        FleetCluster cluster = await WithStreamsAsync();
        LiveRecords live = await cluster.FollowAsync();
        NatsConnection connection = await cluster.ConnectAsync(FleetConfiguration.CollectorUser);
        var collector = new FleetCollector(connection, options: new FleetCollectorOptions { ConnectionsInterval = TimeSpan.FromSeconds(1) });
        await collector.StartAsync(Token);
        NatsConnection client = await cluster.ConnectAsync("orders-api");
        await connection.ReconnectAsync(Token);
        await client.DisposeAsync();
        await live.WhenAsync(ServerRecordKind.Disconnect, isMeant: record => record.Client!.User == "orders-api");
        await live.WhenAsync(ServerRecordKind.Seen);
        await live.WhenAsync(ServerRecordKind.Open);
        await collector.DisposeAsync();
        Assert.Empty(connection.Events.ToList().OfType<NatsPermissionViolationEvent>());
        Assert.Equal(NatsConnectionState.Open, connection.ConnectionState);
        await Assert.ThrowsAsync<InvalidOperationException>(() => collector.StartAsync(Token));
    }

    [Fact]
    public async Task User_who_may_not_receive_events_cannot_start_a_collector()
    {
        FleetCluster cluster = await WithStreamsAsync();
        await using var collector = new FleetCollector(await cluster.ConnectAsync(FleetConfiguration.ViewerUser));
        NatsException refused = await Assert.ThrowsAnyAsync<NatsException>(() => collector.StartAsync(Token));
        Assert.Contains("earshot.sys.>", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_that_is_closed_ends_the_collector_with_its_exception()
    {
        FleetCluster cluster = await WithStreamsAsync();
        NatsConnection connection = await cluster.ConnectAsync(FleetConfiguration.CollectorUser);
        await using var collector = new FleetCollector(connection);
        await collector.StartAsync(Token);
        await connection.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => collector.Completion.WaitAsync(FleetCluster.Limit, Token));
        await collector.StopAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    // An end counts once, whether it came as an event or from a list; a refusal is reported twice by the server itself.
    internal static void AssertOnce(IReadOnlyList<ServerRecord> stored)
    {
        IEnumerable<(string, ulong?, ServerRecordKind)> events = stored.Where(record => record.Kind is not (ServerRecordKind.Stats or ServerRecordKind.Seen or ServerRecordKind.Open) && record.Reason != "Authentication Failure")
            .Select(record => (record.Server.Id, record.Client?.Id, record.Kind == ServerRecordKind.Filled ? ServerRecordKind.Disconnect : record.Kind));
        Assert.Empty(events.GroupBy(key => key).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    private static IEnumerable<ulong> Ends(IReadOnlyList<ServerRecord> records) =>
        records.Where(record => record.Kind is ServerRecordKind.Disconnect or ServerRecordKind.Filled && record.Client!.User == "orders-api").Select(record => record.Client!.Id);

    private async Task<FleetCluster> StartAsync() => _cluster = await FleetCluster.StartAsync(1);

    private async Task<FleetCluster> WithStreamsAsync(string version = "newest") =>
        _cluster = await FleetCluster.WithStreamsAsync(1, version == "oldest" ? await NatsServerLocator.Oldest : null);

    // Raw, because the client would report its credentials as wrong and end.
    private static async Task RefusedAsync(NatsServerProcess server, string connect)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.Port, Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {connect}\r\nPING\r\n"), Token);
        byte[] buffer = new byte[4096];
        string read = "";
        while (!read.Contains("-ERR", StringComparison.Ordinal))
        {
            int count = await stream.ReadAsync(buffer, Token);
            Assert.True(count > 0, read);
            read += Encoding.ASCII.GetString(buffer, 0, count);
        }
    }
}
