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
        Channel<NatsDisconnectedEvent> heard = Heard<NatsDisconnectedEvent>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnDisconnected = (e, ct) => heard.Writer.WriteAsync(e, ct) } });

        await stage.Server.KillAsync(ScenarioSetup.Token);

        NatsDisconnectedEvent told = await heard.Reader.NextAsync();
        Assert.True(told.Reason is NatsDisconnectReason.ServerClosed or NatsDisconnectReason.SocketError, told.Message);
        Assert.Equal(new Uri(stage.Server.Url), told.Server.Url);
        Assert.True(told.WillReconnect);
    }

    [Fact]
    public async Task Go_DisconnectHandler_is_called_on_close_too()
    {
        Channel<NatsDisconnectedEvent> heard = Heard<NatsDisconnectedEvent>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnDisconnected = (e, ct) => heard.Writer.WriteAsync(e, ct) } });

        await stage.Connection.CloseAsync().Within();

        NatsDisconnectedEvent told = await heard.Reader.NextAsync();
        Assert.Equal(NatsDisconnectReason.UserClosed, told.Reason);
        Assert.True(told.Expected);
        Assert.False(told.WillReconnect);
    }

    [Fact]
    public async Task Go_ReconnectHandler_is_called_with_the_connection_in_its_new_state()
    {
        Channel<NatsReconnectedEvent> heard = Heard<NatsReconnectedEvent>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnReconnected = (e, ct) => heard.Writer.WriteAsync(e, ct) } });

        await stage.RestartAsync();

        NatsReconnectedEvent told = await heard.Reader.NextAsync();
        Assert.Equal(NatsConnectionState.Open, told.State);
        Assert.True(told.SameServer);
        Assert.True(told.ServerRestarted);
        Assert.False(heard.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Go_ReconnectErrHandler_receives_each_failed_attempt()
    {
        Channel<NatsConnectAttemptFailedEvent> heard = Heard<NatsConnectAttemptFailedEvent>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnConnectAttemptFailed = (e, ct) => heard.Writer.WriteAsync(e, ct) } });

        await stage.Server.KillAsync(ScenarioSetup.Token);

        // The kernel may still accept for an exiting server; once the process has exited, every dial is refused.
        List<NatsConnectAttemptFailedEvent> told = [];
        do
        {
            told.Add(await heard.Reader.NextAsync());
            Assert.True(told[^1].WillRetry);
        }
        while (told[^1].Phase != NatsConnectPhase.Tcp);

        Assert.Equal(told.Select(e => e.Sequence), stage.Journal.All<NatsConnectAttemptFailedEvent>().Take(told.Count).Select(e => e.Sequence));
        Assert.InRange(told.Count, 1, 2);
    }

    [Fact]
    public async Task Go_ClosedHandler_is_called_once_and_last()
    {
        Channel<NatsClosedEvent> heard = Heard<NatsClosedEvent>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnClosed = (e, ct) => heard.Writer.WriteAsync(e, ct) } });

        await stage.Connection.CloseAsync().Within();
        await stage.Connection.CloseAsync().Within();

        NatsClosedEvent told = await heard.Reader.NextAsync();
        Assert.Equal(NatsCloseReason.UserClosed, told.Reason);
        Assert.Equal(stage.Journal.Mark, told.Sequence);
        Assert.False(heard.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Go_ConnectHandler_is_called_for_the_first_connect()
    {
        Channel<NatsConnectedEvent> heard = Heard<NatsConnectedEvent>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnConnected = (e, ct) => heard.Writer.WriteAsync(e, ct) } });

        NatsConnectedEvent told = await heard.Reader.NextAsync();

        Assert.Equal(stage.Connection.ServerInfo!.Id, told.Info.Id);
    }

    [Fact]
    public async Task Go_DiscoveredServersHandler_can_print_known_and_discovered_servers()
    {
        Channel<NatsDiscoveredServersEvent> heard = Heard<NatsDiscoveredServersEvent>();
        await using ClusterStage stage = await ClusterAsync(o => o with { Events = new() { OnServersDiscovered = (e, ct) => heard.Writer.WriteAsync(e, ct) } });

        ITestServer node = await stage.JoinAsync();

        while (!(await heard.Reader.NextAsync()).Added.Contains(new Uri(node.Url)))
        {
        }

        Assert.Contains(stage.Connection.Servers, server => server.Url == new Uri(stage.Cluster.Nodes[0].Url) && !server.IsDiscovered);
        Assert.Contains(stage.Connection.DiscoveredServers, server => server.Url == new Uri(node.Url));
    }

    [Fact]
    public async Task Go_ErrorHandler_is_given_the_subscription_and_the_error()
    {
        Channel<NatsPermissionViolationEvent> heard = Heard<NatsPermissionViolationEvent>();
        await using ScenarioContext stage = await LimitedAsync(o => o with { Events = new() { OnError = (e, ct) => e is NatsPermissionViolationEvent p ? heard.Writer.WriteAsync(p, ct) : default } });

        INatsSub<string> refused = await stage.Connection.SubscribeCoreAsync<string>("secret.a", cancellationToken: ScenarioSetup.Token);

        NatsPermissionViolationEvent told = await heard.Reader.NextAsync();
        Assert.Equal(refused.Sid, Assert.Single(told.Subscriptions).Sid);
        Assert.Contains("Permissions Violation", told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Go_StatusChanged_receives_every_state_in_order()
    {
        Channel<NatsConnectionState> heard = Heard<NatsConnectionState>();
        await using ScenarioContext stage = await ScenarioSetup.SetAsync(o => o with { Events = new() { OnStatusChanged = (e, ct) => heard.Writer.WriteAsync(e.NewStatus, ct) } });
        await stage.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        await stage.RestartAsync();
        await stage.Connection.CloseAsync().Within();

        NatsConnectionState[] expected = [NatsConnectionState.Connecting, NatsConnectionState.Open, NatsConnectionState.Reconnecting, NatsConnectionState.Open, NatsConnectionState.Closed];
        foreach (NatsConnectionState state in expected)
        {
            Assert.Equal(state, await heard.Reader.NextAsync());
        }
    }
}
