using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>Events of a connection when real servers are killed and restarted, and when they are not.</summary>
public sealed class OutageScenarios
{
    [Fact]
    public async Task Killed_node_of_three_is_replaced_by_another_with_all_subscriptions()
    {
        await using ITestCluster cluster = await TestServers.ClusterAsync(3, cancellationToken: ScenarioSetup.Token);
        await using JournalRecorder journal = ScenarioSetup.Record(cluster.Nodes[0].Url);
        await using INatsSub<string> plain = await journal.Connection.SubscribeCoreAsync<string>("a.*", cancellationToken: ScenarioSetup.Token);
        await using INatsSub<string> queue = await journal.Connection.SubscribeCoreAsync<string>("b", "workers", cancellationToken: ScenarioSetup.Token);
        await journal.Connection.PingAsync(ScenarioSetup.Token).Within();

        await cluster.Nodes[0].KillAsync(ScenarioSetup.Token);

        NatsResubscribedEvent back = await journal.WhenAsync<NatsResubscribedEvent>(cancellationToken: ScenarioSetup.Token);
        NatsReconnectedEvent reconnected = journal.Only<NatsReconnectedEvent>();
        Assert.False(reconnected.SameServer);
        Assert.Equal(new Uri(cluster.Nodes[0].Url), reconnected.PreviousServer.Url);
        Assert.True(back.ServerConfirmed);
        Assert.Equal(2, back.Count);
        await ScenarioSetup.AssertSameSubscriptionsAsync(cluster.Nodes.Single(node => new Uri(node.Url) == reconnected.Server.Url), journal);
    }

    [Fact]
    public async Task Restart_on_the_same_port_is_one_outage_of_a_server_that_was_restarted()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        await using INatsSub<string> sub = await scenario.Connection.SubscribeCoreAsync<string>("a", cancellationToken: ScenarioSetup.Token);

        await scenario.RestartAsync();

        NatsReconnectedEvent back = scenario.Journal.Only<NatsReconnectedEvent>();
        Assert.True(back.SameServer && back.ServerRestarted);
        Assert.Equal(1, back.OutageId);
        Assert.All(scenario.Journal.Events.Where(e => e is NatsDisconnectedEvent or NatsReconnectingEvent or NatsReconnectedEvent or NatsResubscribedEvent), e => Assert.Equal(1, e.OutageId));
        await ScenarioSetup.AssertSameSubscriptionsAsync(scenario.Server, scenario.Journal);
    }

    [Fact]
    public async Task All_servers_down_and_back_replays_what_was_published_once_and_in_order()
    {
        await using ITestCluster cluster = await TestServers.ClusterAsync(2, cancellationToken: ScenarioSetup.Token);
        await using JournalRecorder journal = ScenarioSetup.Record(cluster.Urls);
        await using INatsSub<int> sub = await journal.Connection.SubscribeCoreAsync<int>("a", cancellationToken: ScenarioSetup.Token);
        await journal.Connection.PingAsync(ScenarioSetup.Token).Within();

        await cluster.StopAllAsync(ScenarioSetup.Token);
        await journal.WhenAsync<NatsConnectAttemptFailedEvent>(e => e.Phase == NatsConnectPhase.Tcp && e.WillRetry, cancellationToken: ScenarioSetup.Token);
        for (int i = 0; i < 10; i++)
        {
            await journal.Connection.PublishAsync("a", i, cancellationToken: ScenarioSetup.Token).Within();
        }

        await cluster.StartAllAsync(ScenarioSetup.Token);

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(i, (await sub.Msgs.NextAsync()).Data);
        }

        NatsPendingReplayedEvent replayed = await journal.WhenAsync<NatsPendingReplayedEvent>(cancellationToken: ScenarioSetup.Token);
        NatsResubscribedEvent back = await journal.WhenAsync<NatsResubscribedEvent>(e => e.ServerConfirmed, cancellationToken: ScenarioSetup.Token);
        Assert.Equal(10, replayed.Messages);
        Assert.True(back.Window.From < back.Window.To);
        Assert.False(sub.Msgs.TryRead(out _));
        Assert.Equal(journal.All<NatsDisconnectedEvent>().Count, journal.All<NatsReconnectedEvent>().Count);
    }

    [Fact]
    public async Task Giving_up_fails_all_waiters_with_the_reason_and_ConnectAsync_restarts()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with
        {
            MaxReconnectRetry = 3,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(300),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(300),
            PendingBufferSize = 64,
        });
        INatsSub<string> sub = await scenario.Connection.SubscribeCoreAsync<string>("a", cancellationToken: ScenarioSetup.Token);
        await scenario.Server.KillAsync(ScenarioSetup.Token);
        await scenario.WhenAsync<NatsReconnectingEvent>();
        var minute = TimeSpan.FromMinutes(1);
        Task request = scenario.Connection.RequestAsync<string, string>("b", "x", replyOpts: new NatsSubOpts { Timeout = minute }, cancellationToken: ScenarioSetup.Token).AsTask();
        Task publish = PublishUntilRefusedAsync(scenario.Connection, new NatsPubOpts { Timeout = minute });

        NatsClosedEvent closed = await scenario.Connection.Closed.Within();

        Assert.Equal(NatsCloseReason.MaxReconnectsReached, closed.Reason);
        Assert.Equal(NatsReconnectLimit.Attempts, scenario.Journal.Only<NatsMaxReconnectsReachedEvent>().Limit);
        Assert.Equal(3, scenario.Journal.All<NatsConnectAttemptFailedEvent>().Count);
        foreach (Task waiting in (Task[])[request, publish, sub.Msgs.Completion])
        {
            NatsConnectionClosedException ended = await Assert.ThrowsAsync<NatsConnectionClosedException>(() => waiting.Within());
            Assert.Equal(NatsCloseReason.MaxReconnectsReached, ended.Reason);
        }

        await scenario.Server.StartServerAsync(ScenarioSetup.Token);
        await scenario.Connection.ConnectAsync(ScenarioSetup.Token).Within();
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
        Assert.Equal(2, scenario.Journal.All<NatsConnectedEvent>().Count);
    }

    [Fact]
    public async Task Time_limit_of_an_outage_ends_the_connection()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { ReconnectTimeLimit = TimeSpan.FromMilliseconds(400) });

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        Assert.Equal(NatsCloseReason.ReconnectTimeExceeded, (await scenario.Connection.Closed.Within()).Reason);
        Assert.Equal(NatsReconnectLimit.Time, scenario.Journal.Only<NatsMaxReconnectsReachedEvent>().Limit);
    }

    private static async Task PublishUntilRefusedAsync(NatsConnection connection, NatsPubOpts opts)
    {
        while (true)
        {
            await connection.PublishAsync("a", "0123456789", opts: opts, cancellationToken: ScenarioSetup.Token);
        }
    }
}
