using Earshot.Testing;
using Xunit;
using static Earshot.Conformance.Tests.Listeners.ListenerScenario;

namespace Earshot.Conformance.Tests.Listeners;

/// <summary>What a JavaScript program reads from nc.status() and awaits as nc.closed() is a stream and a task here. Real servers.</summary>
public sealed class JavaScriptListenersTests
{
    [Fact]
    public async Task JavaScript_closed_resolves_without_an_error_after_close()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        Task<NatsClosedEvent> closed = scenario.Connection.Closed;
        Assert.False(closed.IsCompleted);

        await scenario.Connection.CloseAsync().Within();

        Assert.Null((await closed.Within()).Exception);
    }

    [Fact]
    public async Task JavaScript_closed_resolves_with_the_error_that_ended_the_connection()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { MaxReconnectRetry = 2 });

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        NatsClosedEvent closed = await scenario.Connection.Closed.Within();
        Assert.Equal(NatsCloseReason.MaxReconnectsReached, closed.Reason);
        Assert.IsType<NatsConnectionFailedException>(closed.Exception);
    }

    [Fact]
    public async Task JavaScript_status_ends_after_close()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        IAsyncEnumerable<NatsConnectionEvent> status = scenario.Connection.Events.ReadAllAsync(cancellationToken: ScenarioSetup.Token);

        await scenario.Connection.CloseAsync().Within();

        List<NatsEventKind> kinds = [];
        await foreach (NatsConnectionEvent e in status)
        {
            kinds.Add(e.Kind);
        }

        Assert.Equal(NatsEventKind.Connecting, kinds[0]);
        Assert.Equal(NatsEventKind.Closed, kinds[^1]);
    }

    [Fact]
    public async Task JavaScript_status_Disconnect_and_Reconnect_have_the_server()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();

        await scenario.RestartAsync();

        List<string> data = [];
        await foreach (NatsConnectionEvent s in scenario.Connection.Events.ReadAllAsync(cancellationToken: ScenarioSetup.Token))
        {
            if (s is NatsDisconnectedEvent gone)
            {
                data.Add($"disconnect {gone.Server.Url.Authority}");
            }
            else if (s is NatsReconnectedEvent back)
            {
                data.Add($"reconnect {back.Server.Url.Authority}");
                break;
            }
        }

        string server = new Uri(scenario.Server.Url).Authority;
        Assert.Equal([$"disconnect {server}", $"reconnect {server}"], data);
    }

    [Fact]
    public async Task JavaScript_status_LDM_requests_a_reconnect()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();

        await scenario.Server.EnterLameDuckModeAsync(ScenarioSetup.Token);

        NatsLameDuckModeEvent ldm = await FirstAsync<NatsLameDuckModeEvent>(scenario.Connection);
        Assert.Equal(new Uri(scenario.Server.Url), ldm.Server.Url);
        Assert.True(ldm.Server.IsLameDuck);
    }

    [Fact]
    public async Task JavaScript_status_Update_has_added_and_deleted()
    {
        await using ClusterStage scenario = await ClusterAsync();
        ITestServer node = await scenario.JoinAsync();
        var url = new Uri(node.Url);
        NatsServerPoolChangedEvent added = await scenario.Journal.WhenAsync<NatsServerPoolChangedEvent>(e => e.Added.Contains(url), cancellationToken: ScenarioSetup.Token);

        await scenario.Cluster.RemoveNodeAsync(node, ScenarioSetup.Token);
        NatsServerPoolChangedEvent deleted = await scenario.Journal.WhenAsync<NatsServerPoolChangedEvent>(e => e.Removed.Contains(url), cancellationToken: ScenarioSetup.Token);

        Assert.Empty(added.Removed);
        Assert.Empty(deleted.Added);
        Assert.DoesNotContain(scenario.Connection.Servers, server => server.Url == url);
    }

    [Fact]
    public async Task JavaScript_status_Error_is_a_permission_error()
    {
        await using ScenarioContext scenario = await LimitedAsync();

        await scenario.Connection.PublishAsync("secret.a", "x", cancellationToken: ScenarioSetup.Token);

        NatsServerErrorEvent error = await FirstAsync<NatsServerErrorEvent>(scenario.Connection);
        Assert.Equal(NatsServerErrorCode.PermissionsViolation, error.Code);
        Assert.False(error.DisconnectExpected);
        Assert.Equal(NatsConnectionState.Open, scenario.Connection.ConnectionState);
    }

    [Fact]
    public async Task JavaScript_status_Reconnecting_is_reported_for_every_attempt()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        long mark = scenario.Journal.Mark;

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        NatsConnectAttemptEvent first = await scenario.WhenAsync<NatsConnectAttemptEvent>(after: mark);
        NatsConnectAttemptEvent second = await scenario.WhenAsync<NatsConnectAttemptEvent>(after: first.Sequence);
        Assert.False(first.Initial);
        Assert.Equal(first.OutageId, second.OutageId);
        Assert.NotEqual(first.AttemptId, second.AttemptId);
    }

    [Fact]
    public async Task JavaScript_status_StaleConnection_is_reported_when_the_server_is_silent()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { PingInterval = TimeSpan.FromMilliseconds(200), MaxPingOut = 1 });

        scenario.Server.Freeze();

        NatsStaleConnectionEvent stale = await FirstAsync<NatsStaleConnectionEvent>(scenario.Connection);
        Assert.Equal(NatsStaleConnectionReason.MissedPongs, stale.Reason);
        Assert.Equal(NatsDisconnectReason.MissedPongs, (await scenario.WhenAsync<NatsDisconnectedEvent>()).Reason);
    }

    [Fact]
    public async Task JavaScript_status_ForceReconnect_has_the_reason_of_the_application()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();

        await scenario.Connection.ReconnectAsync(new NatsForceReconnectOptions { Reason = "new credentials" }, ScenarioSetup.Token).Within();

        Assert.Equal("new credentials", scenario.Journal.Only<NatsForceReconnectEvent>().Reason);
        Assert.Equal(NatsDisconnectReason.ForceReconnect, scenario.Journal.Only<NatsDisconnectedEvent>().Reason);
    }

    private static async Task<T> FirstAsync<T>(NatsConnection connection) where T : NatsConnectionEvent
    {
        await foreach (NatsConnectionEvent s in connection.Events.ReadAllAsync(cancellationToken: ScenarioSetup.Token))
        {
            if (s is T found)
            {
                return found;
            }
        }

        throw new InvalidOperationException($"The stream ended without {typeof(T).Name}.");
    }
}
