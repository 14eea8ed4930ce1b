using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Earshot.Server.Tests.Serving;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Faults;

/// <summary>The events of a client when a server rejects it, stops, restarts, or is partitioned from the others.</summary>
public sealed class ServerFaultTests
{
    [Fact]
    public async Task Refused_connections_are_failed_attempts_until_their_number_is_over()
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Server.Faults.RefuseConnections(2);
        scenario.Do(false, _ => { }, all => all.Drop());

        await scenario.HearsAsync<NatsReconnectedEvent>();
        Assert.Equal(2, scenario.Connection.Events.ToList().OfType<NatsConnectAttemptFailedEvent>().Count());
    }

    [Fact]
    public async Task Refused_connections_are_failed_attempts_until_they_are_accepted_again()
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Server.Faults.RefuseConnections();
        scenario.Do(false, _ => { }, all => all.Drop());

        await scenario.HearsAsync<NatsConnectAttemptFailedEvent>();
        scenario.Server.Faults.AcceptConnections();
        await scenario.HearsAsync<NatsReconnectedEvent>();
    }

    [Fact]
    public async Task Refused_connections_are_failed_attempts_until_the_time_is_over()
    {
        var clock = new FakeTimeProvider();
        await using FaultScenario scenario = await FaultScenario.OpenAsync(new NatsTestServerOptions { TimeProvider = clock });
        scenario.Server.Faults.RefuseConnections(TimeSpan.FromMinutes(1));
        scenario.Do(false, _ => { }, all => all.Drop());
        await scenario.HearsAsync<NatsConnectAttemptFailedEvent>();
        clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        for (int i = 0; i < 2; i++)
        {
            // The first of them may have begun before the clock advanced.
            scenario.Do(false, _ => { }, _ => { });
            await scenario.HearsAsync<NatsConnectAttemptFailedEvent>();
        }

        clock.Advance(TimeSpan.FromTicks(1));

        await scenario.HearsAsync<NatsReconnectedEvent>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Throttled_connections_are_failed_attempts_with_that_limit_even_in_front_of_tls(bool encrypted)
    {
        using X509Certificate2 certificate = TlsTests.CreateCertificate();
        var tls = new SslServerAuthenticationOptions { ServerCertificate = certificate };
        await using NatsTestServer server = await TestServer.ListenAsync(new NatsTestServerOptions { Tls = encrypted ? tls : null });
        await using var connection = new NatsConnection(new NatsOpts
        {
            Url = server.Url,
            RetryOnInitialConnect = true,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(1),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(5),
            TlsOpts = new NatsTlsOpts { InsecureSkipVerify = encrypted },
        });
        server.Faults.ThrottleConnections(2);
        await connection.ConnectAsync(FaultScenario.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), FaultScenario.Token);
        await connection.PingAsync(FaultScenario.Token);

        Assert.Equal(2, connection.Events.ToList().OfType<NatsConnectAttemptFailedEvent>().Count());
        Assert.All(connection.Events.ToList().OfType<NatsLimitExceededEvent>(), limit => Assert.Equal(NatsLimit.Throttled, limit.Limit));
        Assert.Equal(2, connection.Events.ToList().OfType<NatsLimitExceededEvent>().Count());
    }

    [Fact]
    public async Task Restarted_server_has_a_new_id_and_gets_the_subscriptions_again()
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        await using INatsSub<string> orders = await scenario.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: FaultScenario.Token);
        await scenario.Server.WaitForSubscriptionAsync("orders", FaultScenario.Token);
        (string? id, int port) = (scenario.Server.Id, scenario.Server.Port);
        Task restarting = Task.CompletedTask;
        scenario.Do(false, _ => { }, all => restarting = all.RestartAsync(FaultScenario.Token));

        await restarting.WaitAsync(TimeSpan.FromSeconds(30), FaultScenario.Token);
        await scenario.HearsAsync<NatsDisconnectedEvent>();
        Assert.Equal(1, (await scenario.HearsAsync<NatsResubscribedEvent>()).Count);
        Assert.NotEqual(id, scenario.Connection.ServerInfo!.Id);
        Assert.Equal(port, scenario.Connection.ServerInfo.Port);
        await scenario.Connection.PublishAsync("orders", "x", cancellationToken: FaultScenario.Token);
        Assert.Equal("x", (await orders.Msgs.ReadAsync(FaultScenario.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), FaultScenario.Token)).Data);
    }

    [Fact]
    public async Task Restarted_server_is_not_frozen()
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Server.Faults.Freeze();
        scenario.Do(false, _ => { }, _ => { });
        await scenario.Server.Faults.RestartAsync(FaultScenario.Token);

        await scenario.HearsAsync<NatsReconnectedEvent>();
    }

    [Fact]
    public async Task Stopped_server_refuses_until_it_is_restarted()
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        Task stopping = Task.CompletedTask;
        scenario.Do(false, _ => { }, all => stopping = all.StopAsync());

        await stopping.WaitAsync(TimeSpan.FromSeconds(30), FaultScenario.Token);
        await scenario.HearsAsync<NatsDisconnectedEvent>();
        await scenario.HearsAsync<NatsConnectAttemptFailedEvent>();
        await scenario.Server.Faults.RestartAsync(FaultScenario.Token);
        await scenario.HearsAsync<NatsReconnectedEvent>();
    }

    [Fact]
    public async Task Partition_takes_servers_out_of_the_pool_and_a_heal_brings_them_back()
    {
        await using NatsTestCluster cluster = await NatsTestCluster.StartAsync(3, cancellationToken: FaultScenario.Token);
        await using NatsConnection connection = FaultScenario.NewConnection(cluster.Servers[0].Url);
        await connection.ConnectAsync(FaultScenario.Token);
        await connection.PingAsync(FaultScenario.Token);
        Assert.Equal(2, connection.DiscoveredServers.Count);
        long mark = connection.Events.LastSequence;
        cluster.Partition(cluster.Servers[1], cluster.Servers[2]);

        NatsServerPoolChangedEvent changed = await connection.Events.WhenAsync<NatsServerPoolChangedEvent>(mark, FaultScenario.Token).WaitAsync(TimeSpan.FromSeconds(30), FaultScenario.Token);
        Assert.Equal([.. cluster.Servers.Skip(1).Select(server => server.Port).Order()], changed.Removed.Select(url => url.Port).Order());
        mark = connection.Events.LastSequence;
        cluster.Heal();
        NatsDiscoveredServersEvent discovered = await connection.Events.WhenAsync<NatsDiscoveredServersEvent>(mark, FaultScenario.Token).WaitAsync(TimeSpan.FromSeconds(30), FaultScenario.Token);
        Assert.Equal(2, discovered.Added.Count);
    }

    [Fact]
    public async Task Faults_with_invalid_arguments_throw_without_clients()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Faults.Delay(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Faults.Throttle(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Faults.Corrupt(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Faults.ShrinkMaxPayload(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Faults.RefuseConnections(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Faults.RefuseConnections(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Faults.ThrottleConnections(-1));
        Assert.Throws<ArgumentNullException>(() => server.Faults.SendError(null!));
        Assert.Throws<ArgumentNullException>(() => server.Faults.Advertise(null!));
        Assert.Throws<ArgumentNullException>(() => server.Faults.ChangePermissions(null!));
        Assert.Throws<ArgumentException>(() => server.Faults.RevokePermission(""));
    }

    [Fact]
    public async Task Faults_of_a_disconnected_client_have_no_effect()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        NatsTestServerClientFaults faults = server.Clients.Single().Faults;
        faults.Drop();
        await client.UntilEndAsync();
        await MemoryClient.WaitForOpenAsync(server, 0);
        faults.Freeze();
        faults.Thaw();
        faults.SendError("x");
        faults.Advertise("127.0.0.1:1");
        faults.RevokePermission("foo");
        faults.EnterLameDuckMode();
        faults.Evict();
        faults.Drop(NatsTestServerDrop.Reset);

        Assert.Equal("Kicked", server.ClosedClients.Single().ClosedReason);
    }
}
