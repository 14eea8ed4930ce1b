using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Traps;

/// <summary>Where other clients mislead while they reconnect, and ours does not. Real servers.</summary>
public sealed class ReconnectTraps
{
    [Fact] // 3
    public async Task Handshake_failure_is_reported_with_its_phase()
    {
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        await using ITestServer strict = await ScenarioSetup.ServerAsync("authorization { user: u, password: c4n4ry }");
        await stage.Server.KillAsync(ScenarioSetup.Token);

        await stage.Connection.SetServersAsync([strict.Url], cancellationToken: ScenarioSetup.Token).Within();

        NatsConnectAttemptFailedEvent failed = await stage.WhenAsync<NatsConnectAttemptFailedEvent>(e => e.Server.Url == new Uri(strict.Url));
        Assert.Equal(NatsConnectPhase.Authentication, failed.Phase);
        Assert.Equal(NatsServerErrorCode.AuthorizationViolation, failed.ServerError?.Code);
    }

    [Fact] // 4
    public async Task Reconnects_counts_outages_that_ended_and_not_dials()
    {
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        await stage.Server.KillAsync(ScenarioSetup.Token);
        await stage.WhenAsync<NatsConnectAttemptFailedEvent>();
        await stage.Server.StartServerAsync(ScenarioSetup.Token);

        await stage.WhenAsync<NatsResubscribedEvent>();

        Assert.Equal((1, 1), (stage.Connection.Stats.Connects, stage.Connection.Stats.Reconnects));
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
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        await using var hung = new FaultProxy(stage.Server.Port) { StaySilent = true };
        await stage.Connection.SetServersAsync([hung.Url], cancellationToken: ScenarioSetup.Token).Within();
        await stage.Server.KillAsync(ScenarioSetup.Token);
        await stage.WhenAsync<NatsConnectAttemptEvent>(e => e.Server.Url == new Uri(hung.Url));

        ValueTask publish = stage.Connection.PublishAsync("a", "x", cancellationToken: ScenarioSetup.Token);

        Assert.True(publish.IsCompletedSuccessfully);
        await publish;
        Assert.Equal(NatsConnectionState.Reconnecting, stage.Connection.ConnectionState);
    }

    [Fact] // 9
    public async Task First_session_is_Connected_even_when_it_needed_retries()
    {
        await using ScenarioContext stage = await ScenarioSetup.SetAsync(o => o with { RetryOnInitialConnect = true });
        await stage.Server.KillAsync(ScenarioSetup.Token);
        Task connecting = stage.Connection.ConnectAsync(ScenarioSetup.Token).AsTask();
        await stage.WhenAsync<NatsConnectAttemptFailedEvent>();

        await stage.Server.StartServerAsync(ScenarioSetup.Token);

        await connecting.Within();
        Assert.True(stage.Journal.Only<NatsConnectedEvent>().Attempts > 1);
        Assert.Empty(stage.Journal.All<NatsReconnectedEvent>());
    }

    [Fact] // 18
    public async Task Handler_that_throws_stops_neither_reading_nor_reconnecting()
    {
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        using IDisposable faulty = stage.Connection.Events.On<NatsDisconnectedEvent>(_ => throw new InvalidOperationException("mine"), name: "faulty");

        await stage.RestartAsync();

        NatsListenerFaultedEvent faulted = await stage.WhenAsync<NatsListenerFaultedEvent>();
        Assert.Equal("faulty", faulted.Listener);
        Assert.Equal("mine", faulted.Exception.Message);
        await stage.Connection.PingAsync(ScenarioSetup.Token).Within();
    }

    [Fact] // 24
    public async Task Publishes_made_while_disconnected_arrive()
    {
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        await using INatsSub<string> sub = await stage.Connection.SubscribeCoreAsync<string>("a", cancellationToken: ScenarioSetup.Token);
        await stage.Connection.PingAsync(ScenarioSetup.Token).Within();
        await stage.Server.KillAsync(ScenarioSetup.Token);
        await stage.WhenAsync<NatsReconnectingEvent>();
        await stage.Connection.PublishAsync("a", "kept", cancellationToken: ScenarioSetup.Token).Within();

        await stage.Server.StartServerAsync(ScenarioSetup.Token);

        Assert.Equal("kept", (await sub.Msgs.NextAsync()).Data);
        Assert.Equal(1, (await stage.WhenAsync<NatsPendingReplayedEvent>()).Messages);
    }

    [Fact] // 26
    public async Task Queue_group_is_still_one_after_a_reconnect()
    {
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        await using INatsSub<string> sub = await stage.Connection.SubscribeCoreAsync<string>("a", "workers", cancellationToken: ScenarioSetup.Token);

        await stage.RestartAsync();

        Assert.Equal([$"{sub.Sid} a workers"], await ServerMonitor.SubscriptionsAsync(stage.Server, ScenarioSetup.Name, ScenarioSetup.Token));
    }

    [Fact] // 28
    public async Task Forced_reconnect_and_lost_link_treat_requests_in_flight_alike()
    {
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        await using INatsSub<string> mute = await stage.Connection.SubscribeCoreAsync<string>("mute", cancellationToken: ScenarioSetup.Token);
        Task forced = stage.Connection.RequestAsync<string, string>("mute", "x", cancellationToken: ScenarioSetup.Token).AsTask();
        await mute.Msgs.NextAsync();
        await stage.Connection.ReconnectAsync(ScenarioSetup.Token).Within();
        NatsConnectionLostException first = await Assert.ThrowsAsync<NatsConnectionLostException>(() => forced.Within());

        Task cut = stage.Connection.RequestAsync<string, string>("mute", "x", cancellationToken: ScenarioSetup.Token).AsTask();
        await mute.Msgs.NextAsync();
        await stage.Server.KillAsync(ScenarioSetup.Token);
        NatsConnectionLostException second = await Assert.ThrowsAsync<NatsConnectionLostException>(() => cut.Within());

        Assert.Equal(NatsDisconnectReason.ForceReconnect, first.Reason);
        Assert.Equal(first.Outcome, second.Outcome);
    }

    [Fact] // 29
    public async Task Flush_on_a_lost_session_reports_lost_and_not_closed()
    {
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        stage.Server.Freeze();
        Task flush = stage.Connection.FlushAsync(ScenarioSetup.Token).AsTask();

        await stage.Server.KillAsync(ScenarioSetup.Token);

        NatsConnectionLostException lost = await Assert.ThrowsAsync<NatsConnectionLostException>(() => flush.Within());
        Assert.Equal((await stage.WhenAsync<NatsDisconnectedEvent>()).Reason, lost.Reason);
    }

    [Fact]
    public async Task Flush_of_a_publish_of_a_lost_session_reports_that_it_is_uncertain()
    {
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        stage.Server.Freeze();
        await stage.Connection.PublishAsync("a", "x", cancellationToken: ScenarioSetup.Token);
        Task flush = stage.Connection.FlushAsync(ScenarioSetup.Token).AsTask();

        await stage.Server.KillAsync(ScenarioSetup.Token);

        NatsUncertainPublishException uncertain = await Assert.ThrowsAsync<NatsUncertainPublishException>(() => flush.Within());
        NatsDisconnectedEvent disconnected = await stage.WhenAsync<NatsDisconnectedEvent>();
        NatsConnectionLostException lost = Assert.IsType<NatsConnectionLostException>(uncertain.InnerException);
        Assert.Equal((disconnected.Reason, disconnected.UncertainMessages), (lost.Reason, uncertain.Messages));
    }

    [Fact] // 30
    public async Task Drain_while_reconnecting_delivers_what_was_received_and_closes()
    {
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        INatsSub<string> sub = await stage.Connection.SubscribeCoreAsync<string>("a", cancellationToken: ScenarioSetup.Token);
        await stage.Connection.PublishAsync("a", "received", cancellationToken: ScenarioSetup.Token);
        await stage.Connection.PingAsync(ScenarioSetup.Token).Within();
        await stage.Server.KillAsync(ScenarioSetup.Token);
        await stage.WhenAsync<NatsReconnectingEvent>();

        Task drain = stage.Connection.DrainAsync(ScenarioSetup.Token).AsTask();

        Assert.Equal("received", (await sub.Msgs.NextAsync()).Data);
        await drain.Within();
        Assert.Equal(NatsCloseReason.DrainCompleted, stage.Journal.Only<NatsClosedEvent>().Reason);
    }
}
