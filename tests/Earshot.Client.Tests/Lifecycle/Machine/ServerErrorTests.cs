using Earshot.Events;
using Earshot.Lifecycle;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>Errors that a server reports: which events and effects each of them has, and how repeated ones are counted.</summary>
public sealed class ServerErrorTests
{
    [Theory]
    [InlineData(NatsServerErrorCode.AuthorizationViolation, NatsAuthErrorKind.Violation)]
    [InlineData(NatsServerErrorCode.UserAuthenticationExpired, NatsAuthErrorKind.Expired)]
    [InlineData(NatsServerErrorCode.UserAuthenticationRevoked, NatsAuthErrorKind.Revoked)]
    [InlineData(NatsServerErrorCode.AccountAuthenticationExpired, NatsAuthErrorKind.AccountExpired)]
    [InlineData(NatsServerErrorCode.AuthenticationTimeout, NatsAuthErrorKind.Timeout)]
    public void Errors_about_credentials_are_a_second_event_with_their_kind(NatsServerErrorCode code, NatsAuthErrorKind kind)
    {
        MachineRig rig = new MachineRig().Connect().Fail(error: new NatsServerError { Code = code, Text = code.ToString() });
        Assert.Equal(code, rig.Of<NatsServerErrorEvent>().Single().Code);
        Assert.Equal(kind, rig.Of<NatsAuthenticationErrorEvent>().Single().Error);
    }

    private static readonly RecordedSub s_first = new("3", "orders.*", "q");
    private static readonly RecordedSub s_second = new("4", "orders.new", null);

    private static readonly NatsServerError s_deniedSubscription = new()
    {
        Code = NatsServerErrorCode.PermissionsViolation,
        Text = "Permissions Violation for Subscription to \"orders.*\" using queue \"q\"",
        Scope = NatsServerErrorScope.Subscription,
        Operation = NatsPermissionOperation.Subscribe,
        Subject = "orders.*",
        QueueGroup = "q",
        Sid = "3",
        Retryable = true,
    };

    private static readonly NatsServerError s_payload = new() { Code = NatsServerErrorCode.MaximumPayloadViolation, Text = "Maximum Payload Violation", ServerCloses = true };
    private static readonly NatsServerError s_throttled = new() { Code = NatsServerErrorCode.ConnectionThrottled, Text = "connection throttled" };
    private static readonly NatsServerError s_refused = new() { Code = NatsServerErrorCode.AuthorizationViolation, Text = "Authorization Violation" };

    [Fact]
    public void A_denied_subscription_is_reported_with_all_that_the_server_said_and_fails_it()
    {
        MachineRig rig = Report(new MachineRig().Opened(), s_deniedSubscription, s_first, s_second);

        NatsServerErrorEvent error = rig.Of<NatsServerErrorEvent>().Single();
        Assert.Equal((s_deniedSubscription.Code, s_deniedSubscription.Text, false, true, 1), (error.Code, error.Text, error.DisconnectExpected, error.Retryable, error.RepeatCount));
        NatsPermissionViolationEvent denied = rig.Of<NatsPermissionViolationEvent>().Single();
        Assert.Equal((NatsPermissionOperation.Subscribe, "orders.*", "q", "3"), (denied.Operation, denied.Subject, denied.Queue, denied.Sid));
        Assert.Equal((s_deniedSubscription.Text, 1), (denied.Text, denied.RepeatCount));
        Assert.Equal([s_first, s_second], denied.Subscriptions);
        Assert.Empty(rig.Of<NatsResubscribeFailedEvent>());
        FailRefused refused = rig.Did<FailRefused>();
        Assert.Equal((s_deniedSubscription, 2), (refused.Error, refused.Subscriptions.Count));
    }

    [Fact]
    public void A_denied_publish_without_a_subject_is_reported_as_one_and_fails_what_waits_for_it()
    {
        var denied = new NatsServerError { Code = NatsServerErrorCode.PermissionsViolation, Text = "Permissions Violation", Scope = NatsServerErrorScope.Message };
        MachineRig rig = Report(new MachineRig().Opened(), denied);

        NatsPermissionViolationEvent reported = rig.Of<NatsPermissionViolationEvent>().Single();
        Assert.Equal((NatsPermissionOperation.Publish, "", null, null), (reported.Operation, reported.Subject, reported.Queue, reported.Sid));
        Assert.Equal(denied, rig.Did<FailRefused>().Error);
    }

    [Fact]
    public void A_limit_of_subscriptions_fails_them_without_a_permission_violation()
    {
        var limit = new NatsServerError { Code = NatsServerErrorCode.MaximumSubscriptionsExceeded, Text = "maximum subscriptions exceeded", Scope = NatsServerErrorScope.Subscription };
        MachineRig rig = Report(new MachineRig().Opened(), limit, s_first);

        Assert.Equal([s_first], rig.Did<FailRefused>().Subscriptions);
        Assert.Equal(NatsLimit.MaxSubscriptions, rig.Of<NatsLimitExceededEvent>().Single().Limit);
        Assert.Empty(rig.Of<NatsPermissionViolationEvent>());
    }

    [Fact]
    public void An_error_of_the_whole_connection_fails_no_subscription()
    {
        MachineRig rig = Report(new MachineRig().Opened(), s_payload);

        Assert.Empty(rig.Effects.OfType<FailRefused>());
        NatsServerErrorEvent error = rig.Of<NatsServerErrorEvent>().Single();
        Assert.Equal((true, false), (error.DisconnectExpected, error.Retryable));
        Assert.Equal((NatsLimit.MaxPayload, 0), (rig.Of<NatsLimitExceededEvent>().Single().Limit, rig.Of<NatsLimitExceededEvent>().Single().AttemptId));
        Assert.Empty(rig.Of<NatsStaleConnectionEvent>());
    }

    [Fact]
    public void A_stale_connection_is_reported_as_one_and_no_other_error_is()
    {
        MachineRig rig = Report(new MachineRig().Opened(), new NatsServerError { Code = NatsServerErrorCode.StaleConnection, Text = "Stale Connection", ServerCloses = true });
        Assert.Equal(NatsStaleConnectionReason.ServerError, rig.Of<NatsStaleConnectionEvent>().Single().Reason);
        Assert.Empty(rig.Of<NatsLimitExceededEvent>());

        rig = Report(new MachineRig().Opened(), new NatsServerError { Code = NatsServerErrorCode.UnknownProtocolOperation, Text = "Unknown Protocol Operation" });
        Assert.Single(rig.Of<NatsServerErrorEvent>());
        Assert.Empty(rig.Of<NatsStaleConnectionEvent>());
    }

    [Fact]
    public void An_error_that_ends_an_attempt_carries_the_number_of_the_attempt_and_expects_its_end()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Fail(error: s_throttled);

        Assert.Equal((1, true), (rig.Of<NatsServerErrorEvent>().Single().AttemptId, rig.Of<NatsServerErrorEvent>().Single().DisconnectExpected));
        Assert.Equal((NatsLimit.Throttled, 1), (rig.Of<NatsLimitExceededEvent>().Single().Limit, rig.Of<NatsLimitExceededEvent>().Single().AttemptId));
    }

    [Fact]
    public void A_subscription_that_is_denied_after_a_reconnect_is_reported_as_not_resubscribed_until_the_confirmation()
    {
        MachineRig rig = Report(new MachineRig().Opened().Lose().Accept(), s_deniedSubscription, s_first, s_second);
        NatsResubscribeFailedEvent[] failed = [.. rig.Of<NatsResubscribeFailedEvent>()];
        Assert.Equal([s_first, s_second], failed.Select(e => e.Subscription));
        Assert.All(failed, e => Assert.Equal((s_deniedSubscription, typeof(NatsPermissionViolationException)), (e.ServerError, e.Exception.GetType())));

        Report(rig, s_payload with { ServerCloses = false }, s_first);
        Assert.Equal(2, rig.Of<NatsResubscribeFailedEvent>().Count());
        Report(rig.Confirm(), s_deniedSubscription, s_first);
        Assert.Equal(2, rig.Of<NatsResubscribeFailedEvent>().Count());
    }

    [Fact]
    public void An_error_that_does_not_repeat_is_forgotten_after_a_minute()
    {
        MachineRig rig = Report(new MachineRig().Opened(), s_throttled);
        Assert.Equal(TimeSpan.FromMinutes(1), rig.Timers[MachineTimer.Repeats]);
        rig.Until(MachineTimer.Repeats);

        Assert.Empty(rig.State.Repeated);
        Assert.DoesNotContain(MachineTimer.Repeats, rig.Timers.Keys);
        Assert.Single(rig.Of<NatsServerErrorEvent>());
    }

    [Fact]
    public void Repeated_errors_are_reported_after_a_minute_and_the_next_ones_after_another()
    {
        MachineRig rig = Report(Report(Report(new MachineRig().Opened(), s_throttled), s_throttled), s_throttled).Until(MachineTimer.Repeats);
        Assert.Equal([1, 2], rig.Of<NatsServerErrorEvent>().Select(e => e.RepeatCount));
        Assert.Equal(0, Assert.Single(rig.State.Repeated).Held);
        Assert.Equal(TimeSpan.FromMinutes(2), rig.Timers[MachineTimer.Repeats]);

        Report(rig, s_throttled).Until(MachineTimer.Repeats).Until(MachineTimer.Repeats);
        Assert.Equal([1, 2, 1], rig.Of<NatsServerErrorEvent>().Select(e => e.RepeatCount));
        Assert.Empty(rig.State.Repeated);
    }

    [Fact]
    public void Errors_that_were_held_are_reported_when_the_session_ends_with_their_violations()
    {
        NatsServerError denied = s_deniedSubscription with { Scope = NatsServerErrorScope.Message, Operation = NatsPermissionOperation.Publish };
        MachineRig rig = Report(Report(Report(new MachineRig().Opened(), denied), denied), denied).Lose();

        NatsServerErrorEvent held = rig.Of<NatsServerErrorEvent>().Last();
        Assert.Equal((denied.Code, denied.Text, false, true, 2), (held.Code, held.Text, held.DisconnectExpected, held.Retryable, held.RepeatCount));
        Assert.Equal((2, 0), (rig.Of<NatsPermissionViolationEvent>().Last().RepeatCount, rig.Of<NatsPermissionViolationEvent>().Last().Subscriptions.Count));
        Assert.Empty(rig.State.Repeated);
        Assert.DoesNotContain(MachineTimer.Repeats, rig.Timers.Keys);
    }

    [Fact]
    public void A_repeated_error_that_names_a_subscription_or_closes_is_reported_immediately_after_what_was_held()
    {
        MachineRig rig = Report(Report(new MachineRig().Opened(), s_deniedSubscription), s_deniedSubscription);
        Report(rig, s_deniedSubscription, s_first);
        Assert.Equal([1, 1, 1], rig.Of<NatsServerErrorEvent>().Select(e => e.RepeatCount));
        Assert.Equal(s_first, Assert.Single(rig.Of<NatsPermissionViolationEvent>().Last().Subscriptions));
        Assert.Equal(0, Assert.Single(rig.State.Repeated).Held);

        Report(Report(rig, s_payload), s_payload);
        Assert.Equal(2, rig.Of<NatsServerErrorEvent>().Count(e => e.Code == s_payload.Code));
    }

    [Fact]
    public void Of_64_different_errors_the_oldest_is_reported_and_forgotten_for_the_next()
    {
        MachineRig rig = new MachineRig().Opened();
        for (int i = 0; i < 64; i++)
        {
            Report(rig, s_throttled with { Text = $"error {i}" });
        }

        Report(rig, s_throttled with { Text = "error 0" });
        Assert.Equal((64, 64), (rig.State.Repeated.Count, rig.Of<NatsServerErrorEvent>().Count()));
        Report(rig, s_throttled with { Text = "error 64" });

        Assert.Equal(64, rig.State.Repeated.Count);
        Assert.Equal("error 1", rig.State.Repeated[0].Error.Text);
        Assert.Equal([("error 0", 1), ("error 64", 1)], rig.Of<NatsServerErrorEvent>().TakeLast(2).Select(e => (e.Text, e.RepeatCount)));
    }

    [Fact]
    public void Rejections_are_reported_again_after_exactly_one_minute_with_the_number_of_those_between()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { AreCredentialsDynamic = true, RetryOnInitialConnect = true }).Connect().Fail(error: s_refused).NextRound();
        rig.Fail(error: s_refused).NextRound().Fail(error: s_refused).NextRound();
        rig.Pass(TimeSpan.FromMinutes(1) - rig.Now - TimeSpan.FromTicks(1));
        rig.Fail(error: s_refused);
        Assert.Equal([1], rig.Of<NatsAuthenticationErrorEvent>().Select(e => e.RepeatCount));
        Assert.Equal(3, rig.State.Refusals.Reported[NatsAuthErrorKind.Violation].Held);

        rig = new MachineRig(MachineRig.Options with { AreCredentialsDynamic = true, RetryOnInitialConnect = true }).Connect().Fail(error: s_refused).NextRound();
        rig.Fail(error: s_refused).NextRound().Fail(error: s_refused).NextRound();
        rig.Pass(TimeSpan.FromMinutes(1) - rig.Now);
        rig.Fail(error: s_refused);
        Assert.Equal([1, 3], rig.Of<NatsAuthenticationErrorEvent>().Select(e => e.RepeatCount));
    }

    [Fact]
    public void A_rejection_by_the_successor_of_a_session_that_works_is_not_counted()
    {
        MachineRig rig = new MachineRig(servers: 2).Opened().Info(new NatsServerInfo { LameDuckMode = true }).Until(MachineTimer.Migrate);
        rig.Fail(error: s_refused).NextRound().Fail(error: s_refused);

        Assert.Same(AuthRejections.None.Latest, rig.State.Refusals.Latest);
        Assert.All(rig.State.Pool.Servers, server => Assert.Equal(0, server.AuthFailures));
        Assert.All(rig.Of<NatsAuthenticationErrorEvent>(), e => Assert.Equal((1, null), (e.ConsecutiveRejections, e.TimeUntilAbort)));
    }

    [Fact]
    public void A_JWT_of_the_options_is_over_at_the_moment_of_its_expiry()
    {
        MachineRig rig = new(MachineRig.Options with { HasFixedJwt = true, FixedJwtExpiresAt = new DateTimeOffset(2030, 1, 1, 0, 1, 0, TimeSpan.Zero) });
        rig.Opened().Advance(60_000).Lose().Fail(error: s_refused);
        Assert.Equal(TimeSpan.FromSeconds(30), rig.Of<NatsAuthenticationErrorEvent>().Single().TimeUntilAbort);
    }

    private static MachineRig Report(MachineRig rig, NatsServerError error, params INatsSub[] subscriptions) =>
        rig.Step(new ServerErrorReceived(rig.State.SessionId, error, [.. subscriptions]));
}
