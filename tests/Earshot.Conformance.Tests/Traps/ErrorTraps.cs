using System.Threading.Channels;
using Earshot.Conformance.Tests.Listeners;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Traps;

/// <summary>Where other clients lose or distort errors, states and servers, and ours does not. Real servers.</summary>
public sealed class ErrorTraps
{
    [Fact] // 2
    public async Task Late_reader_of_the_states_gets_every_one_and_stays_registered()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        for (int i = 0; i < 12; i++)
        {
            await scenario.Connection.ReconnectAsync(ScenarioSetup.Token).Within();
        }

        var states = Channel.CreateUnbounded<NatsConnectionState>();
        using IDisposable reader = scenario.Connection.Events.On<NatsStatusChangedEvent>(e => states.Writer.TryWrite(e.NewStatus), NatsReplay.All);
        await scenario.Connection.CloseAsync().Within();

        int opens = 0;
        while (await states.Reader.NextAsync() is var state && state != NatsConnectionState.Closed)
        {
            opens += state == NatsConnectionState.Open ? 1 : 0;
        }

        Assert.Equal(13, opens);
    }

    [Fact] // 7, 8
    public async Task Server_that_returns_is_discovered_again_and_no_event_is_empty()
    {
        await using ClusterStage scenario = await ListenerScenario.ClusterAsync();
        var second = new Uri(scenario.Cluster.Nodes[1].Url);
        await scenario.Journal.WhenAsync<NatsDiscoveredServersEvent>(e => e.Added.Contains(second), cancellationToken: ScenarioSetup.Token);
        await scenario.Cluster.Nodes[1].StopAsync(ScenarioSetup.Token);
        NatsServerPoolChangedEvent left = await scenario.Journal.WhenAsync<NatsServerPoolChangedEvent>(e => e.Removed.Contains(second), cancellationToken: ScenarioSetup.Token);

        await scenario.Cluster.StartAllAsync(ScenarioSetup.Token);

        await scenario.Journal.WhenAsync<NatsDiscoveredServersEvent>(e => e.Added.Contains(second), left.Sequence, ScenarioSetup.Token);
        Assert.All(scenario.Journal.All<NatsDiscoveredServersEvent>(), e => Assert.NotEmpty(e.Added));
    }

    [Fact] // 13, 23
    public async Task Maximum_connections_has_its_own_kind_and_is_tried_again()
    {
        await using ScenarioContext full = await ScenarioSetup.OpenAsync(setup: new NatsServerSetup { Config = "max_connections: 1" });
        await using JournalRecorder journal = ScenarioSetup.Record(full.Server.Url, o => o with { RetryOnInitialConnect = true });
        var kinds = Channel.CreateUnbounded<NatsServerErrorKind>();
        journal.Connection.ServerError += async (sender, args) => await kinds.Writer.WriteAsync(args.Kind);
        Task connecting = journal.Connection.ConnectAsync(ScenarioSetup.Token).AsTask();
        Assert.Equal(NatsServerErrorKind.MaximumConnectionsExceeded, await kinds.Reader.NextAsync());

        await full.Connection.CloseAsync().Within();

        await connecting.Within();
    }

    [Fact] // 15, 16
    public async Task Flood_of_dropped_messages_is_one_slow_consumer_and_hides_no_disconnect()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { EventCapacity = 64 });
        await using INatsSub<int> subscription = await scenario.Connection.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { PendingMessagesLimit = 1 }, cancellationToken: ScenarioSetup.Token);
        for (int i = 0; i < 10_000; i++)
        {
            await scenario.Connection.PublishAsync("a", i, cancellationToken: ScenarioSetup.Token);
        }

        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
        await scenario.RestartAsync();

        scenario.Journal.Only<NatsSlowConsumerEvent>();
        Assert.InRange(scenario.Journal.All<NatsMessageDroppedEvent>().Count, 1, 30);
        scenario.Journal.Only<NatsDisconnectedEvent>();
        Assert.Empty(scenario.Journal.All<NatsEventsMissedEvent>());
    }

    [Fact] // 17
    public async Task First_list_of_servers_is_reported_as_initial()
    {
        await using ClusterStage scenario = await ListenerScenario.ClusterAsync();

        NatsDiscoveredServersEvent first = await scenario.Journal.WhenAsync<NatsDiscoveredServersEvent>(cancellationToken: ScenarioSetup.Token);

        Assert.True(first.Initial);
        Assert.Contains(new Uri(scenario.Cluster.Nodes[1].Url), first.All);
    }

    [Fact] // 20
    public async Task Permission_violation_on_publish_does_not_reconnect()
    {
        await using ScenarioContext scenario = await ListenerScenario.LimitedAsync();

        await scenario.Connection.PublishAsync("secret.a", "x", cancellationToken: ScenarioSetup.Token);
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();

        scenario.Journal.Only<NatsPermissionViolationEvent>();
        Assert.Empty(scenario.Journal.All<NatsDisconnectedEvent>());
    }

    [Fact] // 22
    public async Task Handler_that_blocks_delays_no_other_connection_and_no_other_handler()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScenarioContext blocked = await ScenarioSetup.SetAsync();
        using IDisposable blocker = blocked.Connection.Events.On<NatsConnectedEvent>(async _ => await release.Task);
        Task<NatsConnectedEvent> sibling = blocked.Connection.Events.WhenAsync<NatsConnectedEvent>(cancellationToken: ScenarioSetup.Token);
        await blocked.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        await using ScenarioContext free = await ScenarioSetup.OpenAsync();
        await free.RestartAsync();
        await sibling.Within();

        release.SetResult();
    }

    [Fact] // 26
    public async Task Error_is_raised_once_and_a_removed_handler_is_not_called()
    {
        var received = Channel.CreateUnbounded<string>();
        await using ScenarioContext scenario = await ListenerScenario.LimitedAsync();
        IDisposable handler = scenario.Connection.Events.On<NatsServerErrorEvent>(e => received.Writer.TryWrite(e.Text));
        await scenario.Connection.PublishAsync("secret.a", "x", cancellationToken: ScenarioSetup.Token);
        await received.Reader.NextAsync();

        handler.Dispose();
        await scenario.Connection.PublishAsync("secret.b", "x", cancellationToken: ScenarioSetup.Token);
        await scenario.WhenAsync<NatsPermissionViolationEvent>(e => e.Subject == "secret.b");

        Assert.False(received.Reader.TryRead(out _));
        Assert.Equal(2, scenario.Journal.All<NatsServerErrorEvent>().Count);
    }

    [Fact] // 31
    public async Task Client_migrates_from_a_lame_duck_server_by_itself()
    {
        await using ITestCluster cluster = await TestServers.ClusterAsync(2, _ => new NatsServerSetup { LameDuckDuration = TimeSpan.FromSeconds(30) }, ScenarioSetup.Token);
        await using JournalRecorder journal = ScenarioSetup.Record(cluster.Nodes[0].Url, o => o with { LameDuckGracePeriod = TimeSpan.FromMilliseconds(400) });
        await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        await cluster.Nodes[0].EnterLameDuckModeAsync(ScenarioSetup.Token);

        NatsReconnectedEvent moved = await journal.WhenAsync<NatsReconnectedEvent>(cancellationToken: ScenarioSetup.Token);
        Assert.Equal(new Uri(cluster.Nodes[1].Url), moved.Server.Url);
        Assert.True(cluster.Nodes[0].IsRunning);
        await journal.WhenAsync<NatsResubscribedEvent>(cancellationToken: ScenarioSetup.Token);
    }
}
