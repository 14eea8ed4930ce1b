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
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        Task<NatsDisconnectedEvent> onDisconnect = stage.Connection.Events.WhenAsync<NatsDisconnectedEvent>(cancellationToken: ScenarioSetup.Token);

        await stage.Server.KillAsync(ScenarioSetup.Token);

        Assert.True((await onDisconnect.Within()).WillReconnect);
    }

    [Fact]
    public async Task Ruby_on_disconnect_is_not_called_when_the_first_connect_fails()
    {
        await using ScenarioContext stage = await ScenarioSetup.SetAsync();
        await stage.Server.KillAsync(ScenarioSetup.Token);

        await Assert.ThrowsAsync<NatsConnectionFailedException>(() => stage.Connection.ConnectAsync(ScenarioSetup.Token).Within());

        Assert.Equal(NatsCloseReason.InitialConnectFailed, (await stage.WhenAsync<NatsClosedEvent>()).Reason);
        Assert.Empty(stage.Journal.All<NatsDisconnectedEvent>());
    }

    [Fact]
    public async Task Ruby_on_reconnect_is_called_when_the_server_is_back()
    {
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        Task<NatsReconnectedEvent> onReconnect = stage.Connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: ScenarioSetup.Token);

        await stage.RestartAsync();

        NatsReconnectedEvent told = await onReconnect.Within();
        Assert.Equal(told.Attempts, stage.Journal.All<NatsConnectAttemptEvent>().Count(e => e.OutageId == told.OutageId));
    }

    [Fact]
    public async Task Ruby_on_close_sees_a_connection_that_is_closed()
    {
        Channel<NatsConnectionState> heard = Heard<NatsConnectionState>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        using IDisposable onClose = stage.Connection.Events.On<NatsClosedEvent>(async _ => await heard.Writer.WriteAsync(stage.Connection.ConnectionState));

        await stage.Connection.CloseAsync().Within();

        Assert.Equal(NatsConnectionState.Closed, await heard.Reader.NextAsync());
    }

    [Fact]
    public async Task Ruby_on_error_receives_an_error_and_the_connection_stays_open()
    {
        Channel<string> heard = Heard<string>();
        await using ScenarioContext stage = await LimitedAsync();
        using IDisposable onError = stage.Connection.Events.On<NatsServerErrorEvent>(async e => await heard.Writer.WriteAsync($"Error: {e.Text}"));

        await stage.Connection.PublishAsync("secret.a", "x", cancellationToken: ScenarioSetup.Token);

        Assert.StartsWith("Error: Permissions Violation", await heard.Reader.NextAsync(), StringComparison.Ordinal);
        await stage.Connection.PingAsync(ScenarioSetup.Token).Within();
        Assert.Empty(stage.Journal.All<NatsDisconnectedEvent>());
    }

    [Fact]
    public async Task Ruby_new_servers_which_the_page_does_not_list_reach_an_observer()
    {
        await using ClusterStage stage = await ClusterAsync();
        var observer = new NewServers();
        using IDisposable subscription = stage.Connection.Events.Subscribe(observer);

        ITestServer node = await stage.JoinAsync();

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
