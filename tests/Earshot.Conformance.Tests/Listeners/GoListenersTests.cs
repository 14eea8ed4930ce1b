using System.Threading.Channels;
using Earshot.Testing;
using Xunit;
using static Earshot.Conformance.Tests.Listeners.ListenerScenario;

namespace Earshot.Conformance.Tests.Listeners;

/// <summary>What a Go program sets with nats.*Handler is a callback in the options here. Real servers.</summary>
public sealed class GoListenersTests
{
    [Fact]
    public async Task Go_DisconnectErrHandler_receives_the_reason()
    {
        Channel<NatsDisconnectedEvent> received = Heard<NatsDisconnectedEvent>();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnDisconnected = (e, ct) => received.Writer.WriteAsync(e, ct) } });

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        NatsDisconnectedEvent reported = await received.Reader.NextAsync();
        Assert.True(reported.Reason is NatsDisconnectReason.ServerClosed or NatsDisconnectReason.SocketError, reported.Message);
        Assert.Equal(new Uri(scenario.Server.Url), reported.Server.Url);
        Assert.True(reported.WillReconnect);
    }

    [Fact]
    public async Task Go_DisconnectHandler_is_called_on_close_too()
    {
        Channel<NatsDisconnectedEvent> received = Heard<NatsDisconnectedEvent>();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnDisconnected = (e, ct) => received.Writer.WriteAsync(e, ct) } });

        await scenario.Connection.CloseAsync().Within();

        NatsDisconnectedEvent reported = await received.Reader.NextAsync();
        Assert.Equal(NatsDisconnectReason.UserClosed, reported.Reason);
        Assert.True(reported.Expected);
        Assert.False(reported.WillReconnect);
    }

    [Fact]
    public async Task Go_ReconnectHandler_is_called_with_the_connection_in_its_new_state()
    {
        Channel<NatsReconnectedEvent> received = Heard<NatsReconnectedEvent>();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnReconnected = (e, ct) => received.Writer.WriteAsync(e, ct) } });

        await scenario.RestartAsync();

        NatsReconnectedEvent reported = await received.Reader.NextAsync();
        Assert.Equal(NatsConnectionState.Open, reported.State);
        Assert.True(reported.SameServer);
        Assert.True(reported.ServerRestarted);
        Assert.False(received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Go_ReconnectErrHandler_receives_each_failed_attempt()
    {
        Channel<NatsConnectAttemptFailedEvent> received = Heard<NatsConnectAttemptFailedEvent>();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnConnectAttemptFailed = (e, ct) => received.Writer.WriteAsync(e, ct) } });

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        // The kernel may still accept for an exiting server; once the process has exited, every dial is refused.
        List<NatsConnectAttemptFailedEvent> reported = [];
        do
        {
            reported.Add(await received.Reader.NextAsync());
            Assert.True(reported[^1].WillRetry);
        }
        while (reported[^1].Phase != NatsConnectPhase.Tcp);

        Assert.Equal(reported.Select(e => e.Sequence), scenario.Journal.All<NatsConnectAttemptFailedEvent>().Take(reported.Count).Select(e => e.Sequence));
        Assert.InRange(reported.Count, 1, 2);
    }

    [Fact]
    public async Task Go_ClosedHandler_is_called_once_and_last()
    {
        Channel<NatsClosedEvent> received = Heard<NatsClosedEvent>();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnClosed = (e, ct) => received.Writer.WriteAsync(e, ct) } });

        await scenario.Connection.CloseAsync().Within();
        await scenario.Connection.CloseAsync().Within();

        NatsClosedEvent reported = await received.Reader.NextAsync();
        Assert.Equal(NatsCloseReason.UserClosed, reported.Reason);
        Assert.Equal(scenario.Journal.Mark, reported.Sequence);
        Assert.False(received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Go_ConnectHandler_is_called_for_the_first_connect()
    {
        Channel<NatsConnectedEvent> received = Heard<NatsConnectedEvent>();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnConnected = (e, ct) => received.Writer.WriteAsync(e, ct) } });

        NatsConnectedEvent reported = await received.Reader.NextAsync();

        Assert.Equal(scenario.Connection.ServerInfo!.Id, reported.Info.Id);
    }

    [Fact]
    public async Task Go_DiscoveredServersHandler_can_print_known_and_discovered_servers()
    {
        Channel<NatsDiscoveredServersEvent> received = Heard<NatsDiscoveredServersEvent>();
        await using ClusterStage scenario = await ClusterAsync(o => o with { Events = new() { OnServersDiscovered = (e, ct) => received.Writer.WriteAsync(e, ct) } });

        ITestServer node = await scenario.JoinAsync();

        while (!(await received.Reader.NextAsync()).Added.Contains(new Uri(node.Url)))
        {
        }

        Assert.Contains(scenario.Connection.Servers, server => server.Url == new Uri(scenario.Cluster.Nodes[0].Url) && !server.IsDiscovered);
        Assert.Contains(scenario.Connection.DiscoveredServers, server => server.Url == new Uri(node.Url));
    }

    [Fact]
    public async Task Go_ErrorHandler_is_given_the_subscription_and_the_error()
    {
        Channel<NatsPermissionViolationEvent> received = Heard<NatsPermissionViolationEvent>();
        await using ScenarioContext scenario = await LimitedAsync(o => o with { Events = new() { OnError = (e, ct) => e is NatsPermissionViolationEvent p ? received.Writer.WriteAsync(p, ct) : default } });

        INatsSub<string> refused = await scenario.Connection.SubscribeCoreAsync<string>("secret.a", cancellationToken: ScenarioSetup.Token);

        NatsPermissionViolationEvent reported = await received.Reader.NextAsync();
        Assert.Equal(refused.Sid, Assert.Single(reported.Subscriptions).Sid);
        Assert.Contains("Permissions Violation", reported.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Go_StatusChanged_receives_every_state_in_order()
    {
        Channel<NatsConnectionState> received = Heard<NatsConnectionState>();
        await using ScenarioContext scenario = await ScenarioSetup.SetAsync(o => o with { Events = new() { OnStatusChanged = (e, ct) => received.Writer.WriteAsync(e.NewStatus, ct) } });
        await scenario.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        await scenario.RestartAsync();
        await scenario.Connection.CloseAsync().Within();

        NatsConnectionState[] expected = [NatsConnectionState.Connecting, NatsConnectionState.Open, NatsConnectionState.Reconnecting, NatsConnectionState.Open, NatsConnectionState.Closed];
        foreach (NatsConnectionState state in expected)
        {
            Assert.Equal(state, await received.Reader.NextAsync());
        }
    }
}
