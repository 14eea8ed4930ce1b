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
        Channel<string> heard = Heard<string>();
        await using ScenarioContext stage = await ScenarioSetup.SetAsync();
        using IDisposable cb = stage.Connection.Events.On<NatsDisconnectedEvent>(async e => await heard.Writer.WriteAsync("Got disconnected!"));
        await stage.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        await stage.RestartAsync();
        await stage.Connection.CloseAsync().Within();

        Assert.Equal("Got disconnected!", await heard.Reader.NextAsync());
        Assert.Equal("Got disconnected!", await heard.Reader.NextAsync());
        Assert.False(heard.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Python_reconnected_cb_can_print_the_connected_url()
    {
        Channel<string> heard = Heard<string>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        using IDisposable cb = stage.Connection.Events.On<NatsReconnectedEvent>(async e => await heard.Writer.WriteAsync($"reconnected to {e.Server.Url.Authority}"));

        await stage.RestartAsync();

        Assert.Equal($"reconnected to 127.0.0.1:{stage.Server.Port}", await heard.Reader.NextAsync());
    }

    [Fact]
    public async Task Python_error_cb_receives_errors_of_the_server_and_of_attempts()
    {
        Channel<NatsEventKind> heard = Heard<NatsEventKind>();
        await using ScenarioContext stage = await LimitedAsync(o => o with
        {
            Events = new()
            {
                OnError = (e, ct) => heard.Writer.WriteAsync(e.Kind, ct),
                OnConnectAttemptFailed = (e, ct) => heard.Writer.WriteAsync(e.Kind, ct),
            },
        });

        await stage.Connection.PublishAsync("secret.a", "x", cancellationToken: ScenarioSetup.Token);
        Assert.Equal(NatsEventKind.ServerError, await heard.Reader.NextAsync());
        Assert.Equal(NatsEventKind.PermissionViolation, await heard.Reader.NextAsync());

        await stage.Server.KillAsync(ScenarioSetup.Token);
        Assert.Equal(NatsEventKind.ConnectAttemptFailed, await heard.Reader.NextAsync());
    }

    [Fact]
    public async Task Python_closed_cb_is_called_when_reconnecting_is_given_up()
    {
        Channel<NatsClosedEvent> heard = Heard<NatsClosedEvent>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync(o => o with { MaxReconnectRetry = 0 });
        using IDisposable cb = stage.Connection.Events.On<NatsClosedEvent>(async e => await heard.Writer.WriteAsync(e));

        await stage.Server.KillAsync(ScenarioSetup.Token);

        NatsClosedEvent told = await heard.Reader.NextAsync();
        Assert.Equal(NatsCloseReason.ReconnectDisabled, told.Reason);
        Assert.Equal(NatsConnectionState.Failed, told.State);
    }

    [Fact]
    public async Task Python_discovered_server_cb_which_the_page_does_not_list_receives_a_new_server()
    {
        Channel<NatsDiscoveredServersEvent> heard = Heard<NatsDiscoveredServersEvent>();
        await using ClusterStage stage = await ClusterAsync();
        using IDisposable cb = stage.Connection.Events.On<NatsDiscoveredServersEvent>(async e => await heard.Writer.WriteAsync(e));

        ITestServer node = await stage.JoinAsync();

        while (!(await heard.Reader.NextAsync()).All.Contains(new Uri(node.Url)))
        {
        }
    }

    [Fact]
    public async Task Python_lame_duck_mode_cb_is_called_once()
    {
        Channel<NatsLameDuckModeEvent> heard = Heard<NatsLameDuckModeEvent>();
        await using ScenarioContext stage = await ScenarioSetup.OpenAsync();
        using IDisposable cb = stage.Connection.Events.On<NatsLameDuckModeEvent>(async e => await heard.Writer.WriteAsync(e));

        await stage.Server.EnterLameDuckModeAsync(ScenarioSetup.Token);

        Assert.Equal(new Uri(stage.Server.Url), (await heard.Reader.NextAsync()).Server.Url);
        await stage.Connection.PingAsync(ScenarioSetup.Token).Within();
        Assert.Single(stage.Journal.All<NatsLameDuckModeEvent>());
    }
}
