using System.Threading.Channels;
using Earshot.Testing;
using Xunit;
using static Earshot.Conformance.Tests.Listeners.ListenerScenario;

namespace Earshot.Conformance.Tests.Listeners;

/// <summary>What a Python program passes to connect() as *_cb is a handler for one kind of event here. Real servers.</summary>
public sealed class PythonListenersTests
{
    [Fact]
    public async Task Python_disconnected_cb_is_called_once_per_session()
    {
        Channel<string> received = Heard<string>();
        await using ScenarioContext scenario = await ScenarioSetup.SetAsync();
        using IDisposable cb = scenario.Connection.Events.On<NatsDisconnectedEvent>(async e => await received.Writer.WriteAsync("Got disconnected!"));
        await scenario.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        await scenario.RestartAsync();
        await scenario.Connection.CloseAsync().Within();

        Assert.Equal("Got disconnected!", await received.Reader.NextAsync());
        Assert.Equal("Got disconnected!", await received.Reader.NextAsync());
        Assert.False(received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Python_reconnected_cb_can_print_the_connected_url()
    {
        Channel<string> received = Heard<string>();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        using IDisposable cb = scenario.Connection.Events.On<NatsReconnectedEvent>(async e => await received.Writer.WriteAsync($"reconnected to {e.Server.Url.Authority}"));

        await scenario.RestartAsync();

        Assert.Equal($"reconnected to 127.0.0.1:{scenario.Server.Port}", await received.Reader.NextAsync());
    }

    [Fact]
    public async Task Python_error_cb_receives_errors_of_the_server_and_of_attempts()
    {
        Channel<NatsEventKind> received = Heard<NatsEventKind>();
        await using ScenarioContext scenario = await LimitedAsync(o => o with
        {
            Events = new()
            {
                OnError = (e, ct) => received.Writer.WriteAsync(e.Kind, ct),
                OnConnectAttemptFailed = (e, ct) => received.Writer.WriteAsync(e.Kind, ct),
            },
        });

        await scenario.Connection.PublishAsync("secret.a", "x", cancellationToken: ScenarioSetup.Token);
        Assert.Equal(NatsEventKind.ServerError, await received.Reader.NextAsync());
        Assert.Equal(NatsEventKind.PermissionViolation, await received.Reader.NextAsync());

        await scenario.Server.KillAsync(ScenarioSetup.Token);
        Assert.Equal(NatsEventKind.ConnectAttemptFailed, await received.Reader.NextAsync());
    }

    [Fact]
    public async Task Python_closed_cb_is_called_when_reconnecting_is_given_up()
    {
        Channel<NatsClosedEvent> received = Heard<NatsClosedEvent>();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { MaxReconnectRetry = 0 });
        using IDisposable cb = scenario.Connection.Events.On<NatsClosedEvent>(async e => await received.Writer.WriteAsync(e));

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        NatsClosedEvent reported = await received.Reader.NextAsync();
        Assert.Equal(NatsCloseReason.ReconnectDisabled, reported.Reason);
        Assert.Equal(NatsConnectionState.Failed, reported.State);
    }

    [Fact]
    public async Task Python_discovered_server_cb_which_the_page_does_not_list_receives_a_new_server()
    {
        Channel<NatsDiscoveredServersEvent> received = Heard<NatsDiscoveredServersEvent>();
        await using ClusterStage scenario = await ClusterAsync();
        using IDisposable cb = scenario.Connection.Events.On<NatsDiscoveredServersEvent>(async e => await received.Writer.WriteAsync(e));

        ITestServer node = await scenario.JoinAsync();

        while (!(await received.Reader.NextAsync()).All.Contains(new Uri(node.Url)))
        {
        }
    }

    [Fact]
    public async Task Python_lame_duck_mode_cb_is_called_once()
    {
        Channel<NatsLameDuckModeEvent> received = Heard<NatsLameDuckModeEvent>();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        using IDisposable cb = scenario.Connection.Events.On<NatsLameDuckModeEvent>(async e => await received.Writer.WriteAsync(e));

        await scenario.Server.EnterLameDuckModeAsync(ScenarioSetup.Token);

        Assert.Equal(new Uri(scenario.Server.Url), (await received.Reader.NextAsync()).Server.Url);
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
        Assert.Single(scenario.Journal.All<NatsLameDuckModeEvent>());
    }
}
