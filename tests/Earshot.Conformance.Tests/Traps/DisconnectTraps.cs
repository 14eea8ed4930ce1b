using System.Threading.Channels;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Traps;

/// <summary>Where other clients mislead about the end of a session or of a connection, and ours does not. Real servers.</summary>
public sealed class DisconnectTraps
{
    [Fact] // 1
    public async Task Disconnected_has_its_reason_when_reconnecting_is_off()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { MaxReconnectRetry = 0 });

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        NatsClosedEvent closed = await scenario.Connection.Closed.Within();
        NatsDisconnectedEvent gone = scenario.Journal.Only<NatsDisconnectedEvent>();
        Assert.True(gone.Reason is NatsDisconnectReason.ServerClosed or NatsDisconnectReason.SocketError);
        Assert.False(gone.WillReconnect);
        Assert.Equal(NatsCloseReason.ReconnectDisabled, closed.Reason);
    }

    [Fact] // 10
    public async Task Failed_attempts_are_no_disconnects_and_one_outage_is_one_reconnect()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        await scenario.Server.KillAsync(ScenarioSetup.Token);
        NatsConnectAttemptFailedEvent first = await scenario.WhenAsync<NatsConnectAttemptFailedEvent>();
        await scenario.WhenAsync<NatsConnectAttemptFailedEvent>(after: first.Sequence);

        await scenario.Server.StartServerAsync(ScenarioSetup.Token);

        await scenario.WhenAsync<NatsResubscribedEvent>();
        Assert.Equal(scenario.Journal.Only<NatsDisconnectedEvent>().OutageId, scenario.Journal.Only<NatsReconnectedEvent>().OutageId);
    }

    [Fact] // 11
    public async Task Close_emits_one_Disconnected_with_reason_UserClosed()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();

        await scenario.Connection.CloseAsync().Within();

        Assert.Equal(NatsDisconnectReason.UserClosed, scenario.Journal.Only<NatsDisconnectedEvent>().Reason);
    }

    [Fact] // 12
    public async Task Dispose_ends_with_one_Closed_and_the_state_Closed()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();

        await scenario.Connection.DisposeAsync().Within();

        Assert.Equal(NatsConnectionState.Closed, scenario.Connection.ConnectionState);
        Assert.Equal(NatsCloseReason.Disposed, scenario.Journal.Only<NatsClosedEvent>().Reason);
    }

    [Fact] // 21
    public async Task Close_within_a_handler_of_Closed_neither_hangs_nor_repeats_it()
    {
        var seen = Channel.CreateUnbounded<NatsConnectionState>();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        using IDisposable handler = scenario.Connection.Events.On<NatsClosedEvent>(async _ =>
        {
            await scenario.Connection.CloseAsync();
            await seen.Writer.WriteAsync(scenario.Connection.ConnectionState);
        });

        await scenario.Connection.CloseAsync().Within();

        Assert.Equal(NatsConnectionState.Closed, await seen.Reader.NextAsync());
        scenario.Journal.Only<NatsClosedEvent>();
    }

    [Fact] // 25
    public async Task Close_within_a_handler_does_not_lose_Closed()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        using IDisposable handler = scenario.Connection.Events.On<NatsDisconnectedEvent>(async _ => await scenario.Connection.CloseAsync());

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        Assert.Equal(NatsCloseReason.UserClosed, (await scenario.Connection.Closed.Within()).Reason);
    }

    [Fact] // 32
    public async Task Event_keeps_the_server_and_the_state_of_its_moment()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();

        await scenario.RestartAsync();

        NatsDisconnectedEvent gone = scenario.Journal.Only<NatsDisconnectedEvent>();
        Assert.Equal(NatsConnectionState.Open, scenario.Connection.ConnectionState);
        Assert.Equal((NatsConnectionState.Open, NatsConnectionState.Reconnecting), (gone.PreviousState, gone.State));
        Assert.Equal(new Uri(scenario.Server.Url), gone.Server.Url);
        Assert.Null(gone.Snapshot.Server);
        Assert.Equal(gone.Server.Url, gone.Snapshot.LastServer?.Url);
    }

    [Fact] // 14, 19
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Authentication_error_on_a_live_connection_leads_to_a_reconnect_and_not_to_Closed()
    {
        const string Config = "authorization { user: u, password: c4n4ry }";
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(
            o => o with { IgnoreAuthErrorAbort = true, AuthOpts = new NatsAuthOpts { Username = "u", Password = "c4n4ry" } }, new() { Config = Config });
        await scenario.Server.Process.ReloadAsync("authorization { user: u, password: q }", ScenarioSetup.Token);
        await scenario.WhenAsync<NatsAuthenticationErrorEvent>();

        await scenario.Server.Process.ReloadAsync(Config, ScenarioSetup.Token);

        await scenario.WhenAsync<NatsResubscribedEvent>();
        Assert.Empty(scenario.Journal.All<NatsClosedEvent>());
    }

    [Fact] // 27
    public async Task Slow_consumer_does_not_become_the_last_error_of_the_connection()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        await Listeners.ListenerScenario.OverflowAsync(scenario.Connection);
        await scenario.WhenAsync<NatsSlowConsumerEvent>();

        await scenario.Connection.CloseAsync().Within();

        NatsClosedEvent closed = scenario.Journal.Only<NatsClosedEvent>();
        Assert.Null(closed.Exception);
        Assert.Null(closed.Snapshot.LastError);
    }
}
