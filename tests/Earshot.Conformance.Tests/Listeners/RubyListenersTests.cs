using System.Threading.Channels;
using Earshot.Testing;
using Xunit;
using static Earshot.Conformance.Tests.Listeners.ListenerScenario;

namespace Earshot.Conformance.Tests.Listeners;

/// <summary>What a Ruby program writes as NATS.on_* is an observer or a handler here. Real servers.</summary>
public sealed class RubyListenersTests
{
    [Fact]
    public async Task Ruby_on_disconnect_is_called_for_a_lost_connection()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        Task<NatsDisconnectedEvent> onDisconnect = scenario.Connection.Events.WhenAsync<NatsDisconnectedEvent>(cancellationToken: ScenarioSetup.Token);

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        Assert.True((await onDisconnect.Within()).WillReconnect);
    }

    [Fact]
    public async Task Ruby_on_disconnect_is_not_called_when_the_first_connect_fails()
    {
        await using ScenarioContext scenario = await ScenarioSetup.SetAsync();
        await scenario.Server.KillAsync(ScenarioSetup.Token);

        await Assert.ThrowsAsync<NatsConnectionFailedException>(() => scenario.Connection.ConnectAsync(ScenarioSetup.Token).Within());

        Assert.Equal(NatsCloseReason.InitialConnectFailed, (await scenario.WhenAsync<NatsClosedEvent>()).Reason);
        Assert.Empty(scenario.Journal.All<NatsDisconnectedEvent>());
    }

    [Fact]
    public async Task Ruby_on_reconnect_is_called_when_the_server_is_back()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        Task<NatsReconnectedEvent> onReconnect = scenario.Connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: ScenarioSetup.Token);

        await scenario.RestartAsync();

        NatsReconnectedEvent reported = await onReconnect.Within();
        Assert.Equal(reported.Attempts, scenario.Journal.All<NatsConnectAttemptEvent>().Count(e => e.OutageId == reported.OutageId));
    }

    [Fact]
    public async Task Ruby_on_close_sees_a_connection_that_is_closed()
    {
        Channel<NatsConnectionState> received = Heard<NatsConnectionState>();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        using IDisposable onClose = scenario.Connection.Events.On<NatsClosedEvent>(async _ => await received.Writer.WriteAsync(scenario.Connection.ConnectionState));

        await scenario.Connection.CloseAsync().Within();

        Assert.Equal(NatsConnectionState.Closed, await received.Reader.NextAsync());
    }

    [Fact]
    public async Task Ruby_on_error_receives_an_error_and_the_connection_stays_open()
    {
        Channel<string> received = Heard<string>();
        await using ScenarioContext scenario = await LimitedAsync();
        using IDisposable onError = scenario.Connection.Events.On<NatsServerErrorEvent>(async e => await received.Writer.WriteAsync($"Error: {e.Text}"));

        await scenario.Connection.PublishAsync("secret.a", "x", cancellationToken: ScenarioSetup.Token);

        Assert.StartsWith("Error: Permissions Violation", await received.Reader.NextAsync(), StringComparison.Ordinal);
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
        Assert.Empty(scenario.Journal.All<NatsDisconnectedEvent>());
    }

    [Fact]
    public async Task Ruby_new_servers_which_the_page_does_not_list_reach_an_observer()
    {
        await using ClusterStage scenario = await ClusterAsync();
        var observer = new NewServers();
        using IDisposable subscription = scenario.Connection.Events.Subscribe(observer);

        ITestServer node = await scenario.JoinAsync();

        while (!(await observer.Heard.Reader.NextAsync()).Added.Contains(new Uri(node.Url)))
        {
        }
    }

    private sealed class NewServers : IObserver<NatsConnectionEvent>
    {
        public System.Threading.Channels.Channel<NatsDiscoveredServersEvent> Heard { get; } = ListenerScenario.Heard<NatsDiscoveredServersEvent>();

        public void OnNext(NatsConnectionEvent value)
        {
            if (value is NatsDiscoveredServersEvent discovered)
            {
                Heard.Writer.TryWrite(discovered);
            }
        }

        public void OnError(Exception error) => Heard.Writer.TryComplete(error);

        public void OnCompleted() => Heard.Writer.TryComplete();
    }
}
