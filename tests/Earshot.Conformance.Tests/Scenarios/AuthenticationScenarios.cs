using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>Events of a connection when a real server does not accept, or no longer accepts, its credentials.</summary>
public sealed class AuthenticationScenarios
{
    private const string Config = "authorization { user: u, password: c4n4ry }";

    [Fact]
    public async Task Wrong_password_fails_the_connect_with_server_phase_and_cause()
    {
        await using ITestServer server = await ScenarioSetup.ServerAsync(Config);
        await using JournalRecorder journal = ScenarioSetup.Record(server.Url, o => WithUser(o, "c4n4ry-wrong"));

        NatsConnectionFailedException failed = await Assert.ThrowsAsync<NatsConnectionFailedException>(() => journal.Connection.ConnectAsync(ScenarioSetup.Token).Within());

        NatsConnectFailure failure = Assert.Single(failed.Failures);
        Assert.Equal(new Uri(server.Url), failure.Server);
        Assert.Equal(NatsConnectPhase.Authentication, failure.Phase);
        Assert.True(Assert.IsType<NatsServerException>(failure.Exception).IsAuthError);
        Assert.Equal(NatsAuthErrorKind.Violation, (await journal.WhenAsync<NatsAuthenticationErrorEvent>(cancellationToken: ScenarioSetup.Token)).Error);
        Assert.DoesNotContain("c4n4ry", failed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_refuses_is_followed_by_the_next_one_in_the_same_call()
    {
        await using ITestServer refuses = await ScenarioSetup.ServerAsync(Config);
        await using ITestServer accepts = await ScenarioSetup.ServerAsync();
        await using JournalRecorder journal = ScenarioSetup.Record($"{refuses.Url},{accepts.Url}");

        await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        Assert.Equal(new Uri(refuses.Url), journal.Only<NatsConnectAttemptFailedEvent>().Server.Url);
        Assert.Equal(new Uri(accepts.Url), journal.Only<NatsConnectedEvent>().Server.Url);
    }

    [Fact]
    public async Task Authentication_timeout_of_the_server_is_reported_as_timeout()
    {
        await using ITestServer server = await ScenarioSetup.ServerAsync("authorization { user: u, password: c4n4ry, timeout: 0.3 }");
        await using var proxy = new FaultProxy(server.Port);
        proxy.ToServer.Pause();
        await using JournalRecorder journal = ScenarioSetup.Record(proxy.Url, o => WithUser(o, "c4n4ry"));

        await Assert.ThrowsAsync<NatsConnectionFailedException>(() => journal.Connection.ConnectAsync(ScenarioSetup.Token).Within());

        Assert.Equal(NatsAuthErrorKind.Timeout, (await journal.WhenAsync<NatsAuthenticationErrorEvent>(cancellationToken: ScenarioSetup.Token)).Error);
        proxy.ToServer.Resume();
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Password_changed_by_a_reload_and_back_ends_in_a_reconnect()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => WithUser(o, "c4n4ry"), new NatsServerSetup { Config = Config });
        await using INatsSub<string> sub = await scenario.Connection.SubscribeCoreAsync<string>("a", cancellationToken: ScenarioSetup.Token);
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();

        await scenario.Server.Process.ReloadAsync("authorization { user: u, password: other }", ScenarioSetup.Token);
        NatsDisconnectedEvent gone = await scenario.WhenAsync<NatsDisconnectedEvent>();
        await scenario.WhenAsync<NatsConnectAttemptFailedEvent>(e => e.ServerError?.Code == NatsServerErrorCode.AuthorizationViolation);
        await scenario.Server.Process.ReloadAsync(Config, ScenarioSetup.Token);

        await scenario.WhenAsync<NatsResubscribedEvent>();
        // The server sends no error to clients that a reload disconnects; the rejection occurs at the next attempt.
        Assert.Equal(NatsDisconnectReason.ServerClosed, gone.Reason);
        await ScenarioSetup.AssertSameSubscriptionsAsync(scenario.Server, scenario.Journal);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Password_that_was_accepted_once_is_tried_however_often_it_is_refused()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => WithUser(o, "c4n4ry"), new NatsServerSetup { Config = Config });

        await scenario.Server.Process.ReloadAsync("authorization { user: u, password: other }", ScenarioSetup.Token);

        await scenario.WhenAsync<NatsConnectAttemptFailedEvent>(e => e is { Round: 4, ServerError.Code: NatsServerErrorCode.AuthorizationViolation });
        NatsAuthenticationErrorEvent reported = Assert.Single(scenario.Journal.All<NatsAuthenticationErrorEvent>());
        Assert.Equal((1, null, false), (reported.ConsecutiveRejections, reported.TimeUntilAbort, reported.WillAbort));
        Assert.Equal(NatsConnectionState.Reconnecting, scenario.Connection.ConnectionState);
        await scenario.Server.Process.ReloadAsync(Config, ScenarioSetup.Token);
        await scenario.WhenAsync<NatsResubscribedEvent>();
    }

    [Fact]
    public async Task Password_that_was_never_accepted_reports_when_the_connection_gives_up()
    {
        await using ITestServer server = await ScenarioSetup.ServerAsync(Config);
        await using JournalRecorder journal = ScenarioSetup.Record(server.Url, o => WithUser(o, "c4n4ry-wrong") with { RetryOnInitialConnect = true });

        Task connecting = journal.Connection.ConnectAsync(ScenarioSetup.Token).AsTask();
        NatsAuthenticationErrorEvent third = await journal.WhenAsync<NatsAuthenticationErrorEvent>(e => e.ConsecutiveRejections == 3, cancellationToken: ScenarioSetup.Token);
        Assert.InRange(third.TimeUntilAbort!.Value, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
        Assert.False(third.WillAbort);

        await journal.Connection.CloseAsync();
        await Assert.ThrowsAsync<NatsConnectionClosedException>(() => connecting);
    }

    private static NatsOpts WithUser(NatsOpts opts, string password) =>
        opts with { AuthOpts = new NatsAuthOpts { Username = "u", Password = password } };
}
