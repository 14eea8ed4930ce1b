using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Traps;

/// <summary>Where other clients mislead while they reconnect, and ours does not. Real servers.</summary>
public sealed class ReconnectTraps
{
    [Fact] // 3
    public async Task Handshake_failure_is_reported_with_its_phase()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        await using ITestServer strict = await ScenarioSetup.ServerAsync("authorization { user: u, password: c4n4ry }");
        await scenario.Server.KillAsync(ScenarioSetup.Token);

        await scenario.Connection.SetServersAsync([strict.Url], cancellationToken: ScenarioSetup.Token).Within();

        NatsConnectAttemptFailedEvent failed = await scenario.WhenAsync<NatsConnectAttemptFailedEvent>(e => e.Server.Url == new Uri(strict.Url));
        Assert.Equal(NatsConnectPhase.Authentication, failed.Phase);
        Assert.Equal(NatsServerErrorCode.AuthorizationViolation, failed.ServerError?.Code);
    }

    [Fact] // 4
    public async Task Reconnects_counts_outages_that_ended_and_not_dials()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        await scenario.Server.KillAsync(ScenarioSetup.Token);
        await scenario.WhenAsync<NatsConnectAttemptFailedEvent>();
        await scenario.Server.StartServerAsync(ScenarioSetup.Token);

        await scenario.WhenAsync<NatsResubscribedEvent>();

        Assert.Equal((1, 1), (scenario.Connection.Stats.Connects, scenario.Connection.Stats.Reconnects));
    }

    [Fact] // 5
    public async Task MaxReconnectRetry_is_the_number_of_failed_attempts_over_all_servers()
    {
        await using ITestCluster cluster = await TestServers.ClusterAsync(2, cancellationToken: ScenarioSetup.Token);
        await using JournalRecorder journal = ScenarioSetup.Record(cluster.Urls, o => o with { MaxReconnectRetry = 5 });
        await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        foreach (ITestServer node in cluster.Nodes.Reverse())
        {
            await node.KillAsync(ScenarioSetup.Token);
        }

        await journal.Connection.Closed.Within();
        int outage = journal.All<NatsDisconnectedEvent>()[^1].OutageId;
        Assert.Equal(5, journal.All<NatsConnectAttemptFailedEvent>().Count(e => e.OutageId == outage && !e.Abandoned));
    }

    [Fact] // 6
    public async Task Publish_and_state_do_not_wait_for_a_dial_that_hangs()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        await using var hung = new FaultProxy(scenario.Server.Port) { StaySilent = true };
        await scenario.Connection.SetServersAsync([hung.Url], cancellationToken: ScenarioSetup.Token).Within();
        await scenario.Server.KillAsync(ScenarioSetup.Token);
        await scenario.WhenAsync<NatsConnectAttemptEvent>(e => e.Server.Url == new Uri(hung.Url));

        ValueTask publish = scenario.Connection.PublishAsync("a", "x", cancellationToken: ScenarioSetup.Token);

        Assert.True(publish.IsCompletedSuccessfully);
        await publish;
        Assert.Equal(NatsConnectionState.Reconnecting, scenario.Connection.ConnectionState);
    }

    [Fact] // 9
    public async Task First_session_is_Connected_even_when_it_needed_retries()
    {
        await using ScenarioContext scenario = await ScenarioSetup.SetAsync(o => o with { RetryOnInitialConnect = true });
        await scenario.Server.KillAsync(ScenarioSetup.Token);
        Task connecting = scenario.Connection.ConnectAsync(ScenarioSetup.Token).AsTask();
        await scenario.WhenAsync<NatsConnectAttemptFailedEvent>();

        await scenario.Server.StartServerAsync(ScenarioSetup.Token);

        await connecting.Within();
        Assert.True(scenario.Journal.Only<NatsConnectedEvent>().Attempts > 1);
        Assert.Empty(scenario.Journal.All<NatsReconnectedEvent>());
    }

    [Fact] // 18
    public async Task Handler_that_throws_stops_neither_reading_nor_reconnecting()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        using IDisposable faulty = scenario.Connection.Events.On<NatsDisconnectedEvent>(_ => throw new InvalidOperationException("mine"), name: "faulty");

        await scenario.RestartAsync();

        NatsListenerFaultedEvent faulted = await scenario.WhenAsync<NatsListenerFaultedEvent>();
        Assert.Equal("faulty", faulted.Listener);
        Assert.Equal("mine", faulted.Exception.Message);
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
    }

    [Fact] // 24
    public async Task Publishes_made_while_disconnected_arrive()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        await using INatsSub<string> sub = await scenario.Connection.SubscribeCoreAsync<string>("a", cancellationToken: ScenarioSetup.Token);
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
        await scenario.Server.KillAsync(ScenarioSetup.Token);
        await scenario.WhenAsync<NatsReconnectingEvent>();
        await scenario.Connection.PublishAsync("a", "kept", cancellationToken: ScenarioSetup.Token).Within();

        await scenario.Server.StartServerAsync(ScenarioSetup.Token);

        Assert.Equal("kept", (await sub.Msgs.NextAsync()).Data);
        Assert.Equal(1, (await scenario.WhenAsync<NatsPendingReplayedEvent>()).Messages);
    }

    [Fact] // 26
    public async Task Queue_group_is_still_one_after_a_reconnect()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        await using INatsSub<string> sub = await scenario.Connection.SubscribeCoreAsync<string>("a", "workers", cancellationToken: ScenarioSetup.Token);

        await scenario.RestartAsync();

        Assert.Equal([$"{sub.Sid} a workers"], await ServerMonitor.SubscriptionsAsync(scenario.Server, ScenarioSetup.Name, ScenarioSetup.Token));
    }

    [Fact] // 28
    public async Task Forced_reconnect_and_lost_link_treat_requests_in_flight_alike()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        await using INatsSub<string> mute = await scenario.Connection.SubscribeCoreAsync<string>("mute", cancellationToken: ScenarioSetup.Token);
        Task forced = scenario.Connection.RequestAsync<string, string>("mute", "x", cancellationToken: ScenarioSetup.Token).AsTask();
        await mute.Msgs.NextAsync();
        await scenario.Connection.ReconnectAsync(ScenarioSetup.Token).Within();
        NatsConnectionLostException first = await Assert.ThrowsAsync<NatsConnectionLostException>(() => forced.Within());

        Task cut = scenario.Connection.RequestAsync<string, string>("mute", "x", cancellationToken: ScenarioSetup.Token).AsTask();
        await mute.Msgs.NextAsync();
        await scenario.Server.KillAsync(ScenarioSetup.Token);
        NatsConnectionLostException second = await Assert.ThrowsAsync<NatsConnectionLostException>(() => cut.Within());

        Assert.Equal(NatsDisconnectReason.ForceReconnect, first.Reason);
        Assert.Equal(first.Outcome, second.Outcome);
    }

    [Fact] // 29
    public async Task Flush_on_a_lost_session_reports_lost_and_not_closed()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        scenario.Server.Freeze();
        Task flush = scenario.Connection.FlushAsync(ScenarioSetup.Token).AsTask();

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        NatsConnectionLostException lost = await Assert.ThrowsAsync<NatsConnectionLostException>(() => flush.Within());
        Assert.Equal((await scenario.WhenAsync<NatsDisconnectedEvent>()).Reason, lost.Reason);
    }

    [Fact]
    public async Task Flush_of_a_publish_of_a_lost_session_reports_that_it_is_uncertain()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        scenario.Server.Freeze();
        await scenario.Connection.PublishAsync("a", "x", cancellationToken: ScenarioSetup.Token);
        Task flush = scenario.Connection.FlushAsync(ScenarioSetup.Token).AsTask();
        await WrittenAsync().Within(); // only what is written can be uncertain; the server does not answer

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        NatsUncertainPublishException uncertain = await Assert.ThrowsAsync<NatsUncertainPublishException>(() => flush.Within());
        NatsDisconnectedEvent disconnected = await scenario.WhenAsync<NatsDisconnectedEvent>();
        NatsConnectionLostException lost = Assert.IsType<NatsConnectionLostException>(uncertain.InnerException);
        Assert.Equal((disconnected.Reason, disconnected.UncertainMessages), (lost.Reason, uncertain.Messages));

        async Task WrittenAsync()
        {
            while (scenario.Connection.Stats.PendingMessages > 0)
            {
                ScenarioSetup.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }

    [Fact] // 30
    public async Task Drain_while_reconnecting_delivers_what_was_received_and_closes()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        INatsSub<string> sub = await scenario.Connection.SubscribeCoreAsync<string>("a", cancellationToken: ScenarioSetup.Token);
        await scenario.Connection.PublishAsync("a", "received", cancellationToken: ScenarioSetup.Token);
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
        await scenario.Server.KillAsync(ScenarioSetup.Token);
        await scenario.WhenAsync<NatsReconnectingEvent>();

        Task drain = scenario.Connection.DrainAsync(ScenarioSetup.Token).AsTask();

        Assert.Equal("received", (await sub.Msgs.NextAsync()).Data);
        await drain.Within();
        Assert.Equal(NatsCloseReason.DrainCompleted, scenario.Journal.Only<NatsClosedEvent>().Reason);
    }
}
