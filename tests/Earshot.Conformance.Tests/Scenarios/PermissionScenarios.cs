using System.Diagnostics;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>What a connection tells when a real server refuses a subject, from the start or after a reload.</summary>
public sealed class PermissionScenarios
{
    private const string Denied =
        """authorization { users: [ { user: u, password: c4n4ry, permissions: { publish: { deny: "secret.>" }, subscribe: { deny: ["secret.>", "work q"] } } } ] }""";

    private const string Allowed = "authorization { users: [ { user: u, password: c4n4ry } ] }";

    [Fact]
    public async Task Publish_to_a_forbidden_subject_is_told_with_its_subject_and_costs_no_session()
    {
        await using Stage stage = await OpenAsync(Denied);

        await stage.Connection.PublishAsync("secret.a", "x", cancellationToken: OnStage.Token);

        NatsPermissionViolationEvent told = await stage.WhenAsync<NatsPermissionViolationEvent>();
        Assert.Equal((NatsPermissionOperation.Publish, "secret.a"), (told.Operation, told.Subject));
        NatsServerErrorEvent before = stage.Journal.Only<NatsServerErrorEvent>();
        Assert.True(before.Sequence < told.Sequence);
        Assert.False(before.DisconnectExpected);
        await stage.Connection.PingAsync(OnStage.Token).Within();
        Assert.Null(told.Snapshot.LastError);
    }

    [Fact]
    public async Task Request_to_a_forbidden_subject_is_rejected_long_before_its_timeout()
    {
        await using Stage stage = await OpenAsync(Denied, o => o with { RequestTimeout = TimeSpan.FromSeconds(25) });
        long started = Stopwatch.GetTimestamp();

        NatsPermissionViolationException refused = await Assert.ThrowsAsync<NatsPermissionViolationException>(
            () => stage.Connection.RequestAsync<string, string>("secret.a", "x", cancellationToken: OnStage.Token).Within());

        Assert.Equal(NatsOutcome.Rejected, refused.Outcome);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Forbidden_subscription_ends_with_the_exception_and_ConfirmAsync_tells()
    {
        await using Stage stage = await OpenAsync(Denied);

        INatsSub<string> refused = await stage.Connection.SubscribeCoreAsync<string>("secret.a", cancellationToken: OnStage.Token);

        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => refused.ConfirmAsync(OnStage.Token).Within());
        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => refused.Msgs.Completion.Within());
        Assert.Equal(NatsSubEndReason.Exception, refused.EndReason);
        NatsPermissionViolationEvent told = await stage.WhenAsync<NatsPermissionViolationEvent>();
        Assert.Same(refused.Sid, Assert.Single(told.Subscriptions).Sid);
        await stage.WhenAsync<NatsSubscriptionRemovedEvent>(e => e.Sid == refused.Sid);
        await OnStage.AssertSameSubscriptionsAsync(stage.Server, stage.Journal);
    }

    [Fact]
    public async Task Forbidden_queue_subscription_is_told_with_its_queue_and_others_of_the_subject_live_on()
    {
        await using Stage stage = await OpenAsync(Denied);
        INatsSub<string> plain = await stage.Connection.SubscribeCoreAsync<string>("work", cancellationToken: OnStage.Token);

        INatsSub<string> refused = await stage.Connection.SubscribeCoreAsync<string>("work", "q", cancellationToken: OnStage.Token);

        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => refused.ConfirmAsync(OnStage.Token).Within());
        NatsPermissionViolationEvent told = await stage.WhenAsync<NatsPermissionViolationEvent>();
        Assert.Equal(("work", "q"), (told.Subject, told.Queue));
        Assert.Equal(NatsSubEndReason.None, plain.EndReason);
        await OnStage.AssertSameSubscriptionsAsync(stage.Server, stage.Journal);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Permission_taken_away_by_a_reload_names_the_subscription_with_its_sid()
    {
        await using Stage stage = await OpenAsync(Allowed);
        INatsSub<string> lost = await stage.Connection.SubscribeCoreAsync<string>("secret.a", cancellationToken: OnStage.Token);
        INatsSub<string> kept = await stage.Connection.SubscribeCoreAsync<string>("open", cancellationToken: OnStage.Token);
        await lost.ConfirmAsync(OnStage.Token).Within();

        await stage.Server.Process.ReloadAsync(Denied, OnStage.Token);

        NatsPermissionViolationEvent told = await stage.WhenAsync<NatsPermissionViolationEvent>();
        Assert.Equal(NatsPermissionOperation.Subscribe, told.Operation);
        Assert.Equal(lost.Sid, Assert.Single(told.Subscriptions).Sid);
        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => lost.Msgs.Completion.Within());
        await stage.Connection.PublishAsync("open", "still here", cancellationToken: OnStage.Token);
        Assert.Equal("still here", (await kept.Msgs.NextAsync()).Data);
        Assert.Empty(stage.Journal.All<NatsDisconnectedEvent>());
        await OnStage.AssertSameSubscriptionsAsync(stage.Server, stage.Journal);
    }

    [Fact]
    public async Task Subscription_refused_after_a_restart_is_told_between_Reconnected_and_Resubscribed()
    {
        await using Stage stage = await OpenAsync(Allowed);
        INatsSub<string> lost = await stage.Connection.SubscribeCoreAsync<string>("secret.a", cancellationToken: OnStage.Token);
        await stage.Connection.SubscribeCoreAsync<string>("open", cancellationToken: OnStage.Token);
        await stage.Server.KillAsync(OnStage.Token);
        await using ITestServer stricter = await OnStage.ServerAsync(Denied);

        await stage.Connection.SetServersAsync([stricter.Url], cancellationToken: OnStage.Token).Within();

        NatsResubscribedEvent back = await stage.WhenAsync<NatsResubscribedEvent>();
        NatsResubscribeFailedEvent failed = stage.Journal.Only<NatsResubscribeFailedEvent>();
        Assert.Equal(lost.Sid, failed.Subscription.Sid);
        Assert.InRange(failed.Sequence, stage.Journal.Only<NatsReconnectedEvent>().Sequence, back.Sequence);
        Assert.Equal(1, back.Denied);
        await OnStage.AssertSameSubscriptionsAsync(stricter, stage.Journal);
    }

    private static Task<Stage> OpenAsync(string config, Func<NatsOpts, NatsOpts>? with = null) => OnStage.OpenAsync(
        o => (with?.Invoke(o) ?? o) with { AuthOpts = new NatsAuthOpts { Username = "u", Password = "c4n4ry" } },
        new NatsServerSetup { Config = config });
}
