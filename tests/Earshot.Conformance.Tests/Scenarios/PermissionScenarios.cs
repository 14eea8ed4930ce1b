using Earshot.RealServer;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>Events of a connection when a real server rejects a subject, from the start or after a reload.</summary>
public sealed class PermissionScenarios
{
    private const string Denied =
        """authorization { users: [ { user: u, password: c4n4ry, permissions: { publish: { deny: "secret.>" }, subscribe: { deny: ["secret.>", "work q"] } } } ] }""";

    private const string Allowed = "authorization { users: [ { user: u, password: c4n4ry } ] }";

    [Fact]
    public async Task Publish_to_a_forbidden_subject_is_reported_with_its_subject_and_ends_no_session()
    {
        await using ScenarioContext scenario = await OpenAsync(Denied);

        await scenario.Connection.PublishAsync("secret.a", "x", cancellationToken: ScenarioSetup.Token);

        NatsPermissionViolationEvent reported = await scenario.WhenAsync<NatsPermissionViolationEvent>();
        Assert.Equal((NatsPermissionOperation.Publish, "secret.a"), (reported.Operation, reported.Subject));
        NatsServerErrorEvent before = scenario.Journal.Only<NatsServerErrorEvent>();
        Assert.True(before.Sequence < reported.Sequence);
        Assert.False(before.DisconnectExpected);
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
        Assert.Null(reported.Snapshot.LastError);
    }

    [Fact]
    public async Task Request_to_a_forbidden_subject_is_rejected_long_before_its_timeout()
    {
        await using ScenarioContext scenario = await OpenAsync(Denied, o => o with { TimeProvider = new FakeTimeProvider() }); // no timeout expires

        NatsPermissionViolationException refused = await Assert.ThrowsAsync<NatsPermissionViolationException>(
            () => scenario.Connection.RequestAsync<string, string>("secret.a", "x", cancellationToken: ScenarioSetup.Token).Within());

        Assert.Equal(NatsOutcome.Rejected, refused.Outcome);
    }

    [Fact]
    public async Task Forbidden_subscription_ends_with_the_exception_which_ConfirmAsync_throws()
    {
        await using ScenarioContext scenario = await OpenAsync(Denied);

        INatsSub<string> refused = await scenario.Connection.SubscribeCoreAsync<string>("secret.a", cancellationToken: ScenarioSetup.Token);

        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => refused.ConfirmAsync(ScenarioSetup.Token).Within());
        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => refused.Msgs.Completion.Within());
        Assert.Equal(NatsSubEndReason.Exception, refused.EndReason);
        NatsPermissionViolationEvent reported = await scenario.WhenAsync<NatsPermissionViolationEvent>();
        Assert.Same(refused.Sid, Assert.Single(reported.Subscriptions).Sid);
        await scenario.WhenAsync<NatsSubscriptionRemovedEvent>(e => e.Sid == refused.Sid);
        await ScenarioSetup.AssertSameSubscriptionsAsync(scenario.Server, scenario.Journal);
    }

    [Fact]
    public async Task Denied_queue_subscription_is_reported_with_its_queue_and_does_not_affect_others()
    {
        await using ScenarioContext scenario = await OpenAsync(Denied);
        INatsSub<string> plain = await scenario.Connection.SubscribeCoreAsync<string>("work", cancellationToken: ScenarioSetup.Token);

        INatsSub<string> refused = await scenario.Connection.SubscribeCoreAsync<string>("work", "q", cancellationToken: ScenarioSetup.Token);

        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => refused.ConfirmAsync(ScenarioSetup.Token).Within());
        NatsPermissionViolationEvent reported = await scenario.WhenAsync<NatsPermissionViolationEvent>();
        Assert.Equal(("work", "q"), (reported.Subject, reported.Queue));
        Assert.Equal(NatsSubEndReason.None, plain.EndReason);
        await ScenarioSetup.AssertSameSubscriptionsAsync(scenario.Server, scenario.Journal);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Permission_taken_away_by_a_reload_names_the_subscription_with_its_sid()
    {
        await using ScenarioContext scenario = await OpenAsync(Allowed);
        INatsSub<string> lost = await scenario.Connection.SubscribeCoreAsync<string>("secret.a", cancellationToken: ScenarioSetup.Token);
        INatsSub<string> kept = await scenario.Connection.SubscribeCoreAsync<string>("open", cancellationToken: ScenarioSetup.Token);
        await lost.ConfirmAsync(ScenarioSetup.Token).Within();

        await scenario.Server.Process.ReloadAsync(Denied, ScenarioSetup.Token);

        NatsPermissionViolationEvent reported = await scenario.WhenAsync<NatsPermissionViolationEvent>();
        Assert.Equal(NatsPermissionOperation.Subscribe, reported.Operation);
        Assert.Equal(lost.Sid, Assert.Single(reported.Subscriptions).Sid);
        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => lost.Msgs.Completion.Within());
        await scenario.Connection.PublishAsync("open", "still here", cancellationToken: ScenarioSetup.Token);
        Assert.Equal("still here", (await kept.Msgs.NextAsync()).Data);
        Assert.Empty(scenario.Journal.All<NatsDisconnectedEvent>());
        await ScenarioSetup.AssertSameSubscriptionsAsync(scenario.Server, scenario.Journal);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Subscription_that_retries_is_taken_when_a_reload_allows_what_was_denied()
    {
        await using ScenarioContext scenario = await OpenAsync(Denied);
        INatsSub<string> sub = await scenario.Connection.SubscribeCoreAsync<string>(
            "secret.a", opts: new NatsSubOpts { PermissionViolationPolicy = NatsPermissionViolationPolicy.Retry }, cancellationToken: ScenarioSetup.Token);
        NatsSubscriptionRetryingEvent refused = await scenario.WhenAsync<NatsSubscriptionRetryingEvent>();
        Assert.Equal((sub.Sid, 1), (refused.Subscription.Sid, refused.Attempt));
        Assert.IsType<NatsPermissionViolationException>(refused.Exception);

        await scenario.Server.Process.ReloadAsync(Allowed, ScenarioSetup.Token);

        // The server does not report it, so the test publishes until the retry that is due has been accepted.
        Task<NatsMsg<string>> receiving = sub.Msgs.NextAsync();
        while (!receiving.IsCompleted)
        {
            await scenario.Connection.PublishAsync("secret.a", "allowed", cancellationToken: ScenarioSetup.Token);
            await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
        }

        Assert.Equal("allowed", (await receiving).Data);
        Assert.Equal(NatsSubEndReason.None, sub.EndReason);
        Assert.Empty(scenario.Journal.All<NatsDisconnectedEvent>());
        await ScenarioSetup.AssertSameSubscriptionsAsync(scenario.Server, scenario.Journal);
    }

    [Fact]
    public async Task Subscription_rejected_after_a_restart_is_reported_between_Reconnected_and_Resubscribed()
    {
        await using ScenarioContext scenario = await OpenAsync(Allowed);
        INatsSub<string> lost = await scenario.Connection.SubscribeCoreAsync<string>("secret.a", cancellationToken: ScenarioSetup.Token);
        INatsSub<string> kept = await scenario.Connection.SubscribeCoreAsync<string>("open", cancellationToken: ScenarioSetup.Token);
        await scenario.Server.KillAsync(ScenarioSetup.Token);
        await using ITestServer stricter = await ScenarioSetup.ServerAsync(Denied);

        await scenario.Connection.SetServersAsync([stricter.Url], cancellationToken: ScenarioSetup.Token).Within();

        NatsResubscribedEvent back = await scenario.WhenAsync<NatsResubscribedEvent>();
        NatsResubscribeFailedEvent failed = scenario.Journal.Only<NatsResubscribeFailedEvent>();
        Assert.Equal(lost.Sid, failed.Subscription.Sid);
        Assert.InRange(failed.Sequence, scenario.Journal.Only<NatsReconnectedEvent>().Sequence, back.Sequence);
        Assert.Equal(1, back.Denied);
        await ScenarioSetup.AssertSameSubscriptionsAsync(stricter, scenario.Journal);
        Assert.Equal((NatsSubEndReason.Exception, NatsSubEndReason.None), (lost.EndReason, kept.EndReason));
    }

    private static Task<ScenarioContext> OpenAsync(string config, Func<NatsOpts, NatsOpts>? with = null) => ScenarioSetup.OpenAsync(
        o => (with?.Invoke(o) ?? o) with { AuthOpts = new NatsAuthOpts { Username = "u", Password = "c4n4ry" } },
        new NatsServerSetup { Config = config });
}
