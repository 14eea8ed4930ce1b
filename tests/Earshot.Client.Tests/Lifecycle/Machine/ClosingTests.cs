using Earshot.Lifecycle;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>Draining and closing, from wherever the connection is.</summary>
public sealed class ClosingTests
{
    private static readonly DrainRequested s_drain = new(TimeSpan.FromSeconds(30), 2);

    public static TheoryData<string> Places => ["new", "connecting", "waiting", "open", "resubscribing", "reconnecting", "reconnect waiting", "migrating", "handing over", "leaving"];

    [Theory]
    [MemberData(nameof(Places))]
    public void Close_ends_the_connection_run_from_every_state(string place)
    {
        MachineRig rig = At(place).Step(new CloseRequested(NatsCloseReason.UserClosed));
        if (rig.State.Live is not null)
        {
            rig.Lose();
        }

        Assert.Equal((NatsCloseReason.UserClosed, NatsConnectionState.Closed), (rig.Over!.Reason, rig.State.State));
        Assert.Empty(rig.Open);
        rig.AssertGrammar(requireClosed: true);
        int events = rig.Events.Count;
        rig.Connect().Step(s_drain).Step(new ReconnectRequested(new NatsForceReconnectOptions())).Step(new CloseRequested(NatsCloseReason.Disposed));
        Assert.Equal(events, rig.Events.Count);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Drain_ends_the_connection_run_from_every_state(string place)
    {
        MachineRig rig = At(place).Step(s_drain);
        rig.Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 5, []));
        rig.Step(new PublishersDrained(rig.State.SessionId, IsClean: true));
        if (rig.State.Live is not null)
        {
            rig.Lose();
        }

        Assert.Equal(NatsCloseReason.DrainCompleted, rig.Over!.Reason);
        Assert.Empty(rig.Open);
        Assert.Equal(place == "new" ? 0 : 1, rig.Of<NatsDrainCompletedEvent>().Count(e => e is { Outcome: NatsDrainOutcome.Clean, Delivered: 5 }));
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void A_drain_passes_its_states_in_order()
    {
        MachineRig rig = new MachineRig().Opened().Step(s_drain);
        Assert.Equal(NatsConnectionState.DrainingSubscriptions, rig.State.State);
        rig.Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, []));
        Assert.Equal(NatsConnectionState.DrainingPublishers, rig.State.State);
        rig.Step(new PublishersDrained(1, IsClean: true)).Lose();
        Assert.Equal(
            [NatsEventKind.DrainStarted, NatsEventKind.DrainingPublishers, NatsEventKind.DrainCompleted, NatsEventKind.Disconnected, NatsEventKind.Closed],
            rig.Kinds.SkipWhile(kind => kind != NatsEventKind.DrainStarted));
        Assert.Equal(NatsDisconnectReason.Drained, rig.Of<NatsDisconnectedEvent>().Single().Reason);
    }

    [Fact]
    public void A_drain_without_a_session_does_not_use_the_network()
    {
        MachineRig rig = At("reconnecting").Step(s_drain);
        Assert.False(rig.Did<BeginDrainSubscriptions>().HasSession);
        Assert.Empty(rig.Open);
        rig.Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, []));
        Assert.Equal(NatsCloseReason.DrainCompleted, rig.Over!.Reason);
        Assert.DoesNotContain(NatsEventKind.DrainingPublishers, rig.Kinds);
    }

    [Fact]
    public void A_drain_that_loses_its_session_continues_with_the_next()
    {
        MachineRig rig = new MachineRig().Opened().Step(s_drain).Lose();
        Assert.Equal(NatsConnectionState.Reconnecting, rig.State.State);
        rig.Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, [])).Accept();
        Assert.Equal(NatsConnectionState.DrainingPublishers, rig.State.State);
        Assert.Equal(2, rig.Did<BeginDrainPublishers>().SessionId);
        rig.Step(new PublishersDrained(1, IsClean: false));
        Assert.Null(rig.Ordered);
        rig.Step(new PublishersDrained(2, IsClean: true)).Lose();
        Assert.Equal(NatsCloseReason.DrainCompleted, rig.Over!.Reason);
        rig.AssertGrammar(requireClosed: true);
    }

    [Theory]
    [InlineData(NatsDrainOutcome.Clean, NatsCloseReason.DrainCompleted)]
    [InlineData(NatsDrainOutcome.TimedOut, NatsCloseReason.DrainTimedOut)]
    [InlineData(NatsDrainOutcome.Interrupted, NatsCloseReason.DrainInterrupted)]
    public void The_outcome_of_a_drain_is_the_reason_of_the_end(NatsDrainOutcome outcome, NatsCloseReason reason)
    {
        foreach (string place in (string[])["open", "reconnecting"])
        {
            MachineRig rig = At(place).Step(s_drain).Step(new SubscriptionsDrained(outcome, 0, []));
            if (place == "open")
            {
                rig.Step(new PublishersDrained(rig.State.SessionId, IsClean: true)).Lose();
            }

            Assert.Equal((reason, NatsConnectionState.Closed), (rig.Over!.Reason, rig.State.State));
            Assert.Equal(outcome, rig.Of<NatsDrainCompletedEvent>().Single().Outcome);
            rig.AssertGrammar(requireClosed: true);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steps_of_a_drain_that_a_close_has_interrupted_change_nothing(bool isLastStep)
    {
        MachineRig rig = new MachineRig().Opened().Step(s_drain);
        if (isLastStep)
        {
            rig.Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, []));
        }

        rig.Step(new CloseRequested(NatsCloseReason.UserClosed));
        int events = rig.Events.Count;
        rig.Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, [])).Step(new PublishersDrained(1, IsClean: true)).Step(new TimerFired(MachineTimer.TimeLimit));
        Assert.Equal(events, rig.Events.Count);
        rig.Lose().Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, [])).Step(new PublishersDrained(1, IsClean: true));
        Assert.Equal(NatsCloseReason.UserClosed, rig.Over!.Reason);
        Assert.Equal(NatsDrainOutcome.Interrupted, rig.Of<NatsDrainCompletedEvent>().Single().Outcome);
    }

    [Fact]
    public void A_limit_of_time_that_fires_late_ends_no_session()
    {
        MachineRig rig = new MachineRig().Opened().Step(new TimerFired(MachineTimer.TimeLimit));
        Assert.Equal((NatsConnectionState.Open, null), (rig.State.State, rig.Over));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_drain_without_a_session_takes_no_longer_than_it_may(bool isLastStep)
    {
        MachineRig rig = new MachineRig().Opened().Step(s_drain);
        if (isLastStep)
        {
            rig.Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, [])).Lose();
        }
        else
        {
            rig.Lose().Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, []));
        }

        for (int i = 0; i < 40 && rig.Over is null; i++)
        {
            rig.Advance(1000).FailAllOpen();
        }

        Assert.Equal((NatsCloseReason.DrainInterrupted, TimeSpan.FromSeconds(30)), (rig.Over!.Reason, rig.Now));
        Assert.Equal(NatsDrainOutcome.Interrupted, rig.Of<NatsDrainCompletedEvent>().Single().Outcome);
        Assert.DoesNotContain(NatsEventKind.MaxReconnectsReached, rig.Kinds);
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void A_drain_that_may_not_reconnect_is_interrupted_by_the_loss()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 0 }).Opened().Step(s_drain).Lose();
        Assert.Equal((NatsCloseReason.DrainInterrupted, NatsConnectionState.Closed), (rig.Over!.Reason, rig.State.State));
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void A_drain_that_times_out_reports_the_remainder_and_closes_with_that_reason()
    {
        var left = new NatsDrainRemainder("3", "orders", 17);
        MachineRig rig = new MachineRig().Opened().Step(s_drain).Step(new SubscriptionsDrained(NatsDrainOutcome.TimedOut, 1, [left]));
        Assert.Equal(left, Assert.Single(rig.Of<NatsDrainTimeoutEvent>().Single().Remaining));
        rig.Step(new PublishersDrained(1, IsClean: true)).Lose();
        Assert.Equal(NatsCloseReason.DrainTimedOut, rig.Over!.Reason);
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void A_close_interrupts_a_drain()
    {
        MachineRig rig = new MachineRig().Opened().Step(s_drain).Step(new CloseRequested(NatsCloseReason.UserClosed)).Lose();
        Assert.Equal(NatsDrainOutcome.Interrupted, rig.Of<NatsDrainCompletedEvent>().Single().Outcome);
        Assert.Equal(NatsCloseReason.UserClosed, rig.Over!.Reason);
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void Closing_a_failed_connection_closes_it_for_good()
    {
        MachineRig rig = new MachineRig().Connect().Fail();
        Assert.Equal(NatsConnectionState.Failed, rig.State.State);
        rig.Step(new CloseRequested(NatsCloseReason.UserClosed));
        Assert.Equal(NatsConnectionState.Closed, rig.State.State);
        Assert.Empty(rig.Effects);
        Assert.Empty(rig.Connect().Effects);
    }

    [Theory]
    [InlineData(NatsCloseReason.UserClosed, NatsDisconnectReason.UserClosed)]
    [InlineData(NatsCloseReason.Disposed, NatsDisconnectReason.Disposed)]
    public void A_close_ends_the_session_with_its_own_reason_and_a_second_one_changes_nothing(NatsCloseReason reason, NatsDisconnectReason expected)
    {
        MachineRig rig = new MachineRig().Opened().Step(new CloseRequested(reason));
        Assert.Equal(expected, rig.Did<EndSession>().Reason.Reason);
        Assert.Null(rig.Over);
        Assert.Empty(rig.Step(new CloseRequested(NatsCloseReason.UserClosed)).Effects);
        Assert.Equal((NatsConnectionState.Open, reason), (rig.State.State, rig.State.Closing!.Reason));
        Assert.Equal((expected, true), (rig.Lose().Of<NatsDisconnectedEvent>().Single().Reason, rig.Of<NatsDisconnectedEvent>().Single().Expected));
        Assert.Equal(reason, rig.Over!.Reason);
    }

    [Fact]
    public void A_close_without_a_drain_reports_only_what_is_left()
    {
        MachineRig rig = new MachineRig().Opened().Step(new CloseRequested(NatsCloseReason.UserClosed));
        CompleteDrain left = rig.Did<CompleteDrain>();
        Assert.Equal((true, NatsDrainScope.Connection, NatsDrainOutcome.Interrupted), (left.OnlyIfLeft, left.Event.Scope, left.Event.Outcome));
        Assert.Equal((NatsConnectionState.Open, 1), (left.Move.State, left.Move.SessionId));

        Assert.False(new MachineRig().Opened().Step(s_drain).Step(new CloseRequested(NatsCloseReason.UserClosed)).Did<CompleteDrain>().OnlyIfLeft);
    }

    [Fact]
    public void A_close_during_a_forced_reconnect_keeps_the_reason_of_the_first()
    {
        MachineRig rig = new MachineRig().Opened().Step(new ReconnectRequested(new NatsForceReconnectOptions())).Step(new CloseRequested(NatsCloseReason.UserClosed)).Lose();
        Assert.Equal((NatsDisconnectReason.ForceReconnect, NatsCloseReason.UserClosed), (rig.Of<NatsDisconnectedEvent>().Single().Reason, rig.Over!.Reason));
    }

    [Fact]
    public void A_close_stops_the_timers_of_a_move_and_of_a_renewal_and_drops_a_successor()
    {
        MachineRig rig = At("open").Info(new NatsServerInfo { LameDuckMode = true });
        Assert.Contains(MachineTimer.Migrate, rig.Timers.Keys);
        Assert.DoesNotContain(MachineTimer.Migrate, rig.Step(new CloseRequested(NatsCloseReason.UserClosed)).Timers.Keys);

        rig = At("migrating").Fail();
        Assert.Contains(MachineTimer.Backoff, rig.Timers.Keys);
        Assert.Empty(rig.Step(new CloseRequested(NatsCloseReason.UserClosed)).Timers.Keys.Except([MachineTimer.Info]));

        rig = At("handing over").Step(new CloseRequested(NatsCloseReason.UserClosed));
        Assert.Equal(2, rig.Did<DropAttempt>().AttemptId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_connection_that_was_never_connected_only_ends(bool drains)
    {
        MachineRig rig = new MachineRig().Step(drains ? s_drain : new CloseRequested(NatsCloseReason.UserClosed));
        Assert.Equal((NatsConnectionState.Closed, null), (rig.State.State, rig.State.Drain));
        Assert.Equal([NatsEventKind.Closed], rig.Kinds);
        Assert.DoesNotContain(rig.Effects, effect => effect is EndSession or BeginDrainSubscriptions);
        Assert.Null(rig.State.Closing);
    }

    [Fact]
    public void A_drain_is_reported_with_what_was_requested_and_stops_what_would_make_another_session()
    {
        MachineRig rig = At("open").Info(new NatsServerInfo { LameDuckMode = true }).Step(s_drain);
        NatsDrainStartedEvent started = rig.Of<NatsDrainStartedEvent>().Single();
        Assert.Equal((NatsDrainScope.Connection, 2, TimeSpan.FromSeconds(30)), (started.Scope, started.Subscriptions, started.Timeout));
        Assert.Equal(new BeginDrainSubscriptions(TimeSpan.FromSeconds(30), HasSession: true), rig.Did<BeginDrainSubscriptions>());
        Assert.DoesNotContain(MachineTimer.Migrate, rig.Timers.Keys);
        Assert.Empty(rig.Step(s_drain).Effects);
    }

    [Fact]
    public void Dials_that_a_drain_or_the_limit_of_an_outage_ends_are_reported_with_that_cause()
    {
        MachineRig rig = At("reconnecting").Step(s_drain);
        Assert.All(rig.Of<NatsConnectAttemptFailedEvent>(), failed => Assert.Equal("the connection drains", Assert.IsType<OperationCanceledException>(failed.Exception).Message));
        Assert.Equal(2, rig.Of<NatsConnectAttemptFailedEvent>().Count(failed => failed.Abandoned));

        rig = new MachineRig(MachineRig.Options with { ReconnectTimeLimit = TimeSpan.FromSeconds(9) }).Opened().Lose().Advance(9000);
        Assert.Equal("the connection gave up", rig.Of<NatsConnectAttemptFailedEvent>().Single().Exception.Message);
        Assert.Equal((NatsCloseReason.ReconnectTimeExceeded, TimeSpan.FromSeconds(9)), (rig.Over!.Reason, rig.Of<NatsConnectAttemptFailedEvent>().Single().Duration));
    }

    [Fact]
    public void Publishers_that_are_not_drained_in_time_end_the_drain_as_timed_out()
    {
        MachineRig rig = new MachineRig().Advance(1000).Opened().Advance(2000).Step(s_drain).Advance(4000).Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 5, [])).Advance(3000);
        rig.Step(new PublishersDrained(1, IsClean: false));
        Assert.Equal(NatsDisconnectReason.Drained, rig.Did<EndSession>().Reason.Reason);
        NatsDrainCompletedEvent completed = rig.Of<NatsDrainCompletedEvent>().Single();
        Assert.Equal((NatsDrainScope.Connection, NatsDrainOutcome.TimedOut, 2, 5L, TimeSpan.FromSeconds(7)), (completed.Scope, completed.Outcome, completed.Subscriptions, completed.Delivered, completed.Duration));
        Assert.Equal(NatsCloseReason.DrainTimedOut, rig.Lose().Over!.Reason);
    }

    [Theory]
    [InlineData(0, 30_000)]
    [InlineData(28_500, 1500)]
    [InlineData(29_500, 1000)]
    [InlineData(40_000, 1000)]
    public void Publishers_have_what_is_left_of_the_time_of_the_drain_and_at_least_a_second(int elapsed, int expected)
    {
        MachineRig rig = new MachineRig().Advance(5000).Opened().Step(s_drain).Advance(elapsed).Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, []));
        Assert.Equal(new BeginDrainPublishers(1, TimeSpan.FromMilliseconds(expected)), rig.Did<BeginDrainPublishers>());
    }

    [Theory]
    [InlineData(12_000, 18_000)]
    [InlineData(40_000, 0)]
    public void A_drain_that_waits_for_a_session_waits_for_what_is_left_of_its_time(int elapsed, int expected)
    {
        MachineRig rig = new MachineRig().Advance(5000).Opened().Step(s_drain).Lose();
        rig.Pass(TimeSpan.FromMilliseconds(elapsed));
        rig.Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, []));
        Assert.Equal(TimeSpan.FromMilliseconds(expected), rig.Effects.OfType<SetTimer>().Single(set => set.Timer == MachineTimer.TimeLimit).Due);
    }

    [Fact]
    public void The_end_of_a_run_counts_its_lifetime_its_outages_and_the_downtime_of_the_last_one_too()
    {
        MachineRig rig = new MachineRig().Advance(1000).Opened().Advance(20_000).Lose();
        rig.Pass(TimeSpan.FromSeconds(3));
        rig.Accept().Confirm().Advance(20_000).Lose();
        rig.Pass(TimeSpan.FromSeconds(4));
        rig.Step(new CloseRequested(NatsCloseReason.UserClosed));

        Assert.Equal((TimeSpan.FromSeconds(47), 2, TimeSpan.FromSeconds(7)), (rig.Over!.Lifetime, rig.Over.Outages, rig.Over.Downtime));
        Assert.Equal(MachineRig.Url(1), rig.Over.LastServer!.Url);
        Assert.Equal((NatsConnectionState.Closed, 2, 0), (rig.Over.Move.State, rig.Over.Move.SessionId, rig.Over.Move.OutageId));
        Assert.False(rig.State.IsInOutage);
        Assert.Null(rig.Over.Exception);
    }

    [Fact]
    public void The_downtime_of_a_connection_that_ends_with_a_session_is_that_of_its_outages()
    {
        MachineRig rig = new MachineRig().Opened().Advance(20_000).Lose();
        rig.Pass(TimeSpan.FromSeconds(3));
        rig.Accept().Confirm().Advance(5000).Step(new CloseRequested(NatsCloseReason.UserClosed, new IOException("fatal"))).Lose();
        Assert.Equal(TimeSpan.FromSeconds(3), rig.Over!.Downtime);
    }

    private static MachineRig At(string place)
    {
        MachineRig rig = new(MachineRig.Options with { RetryOnInitialConnect = true }, servers: 2);
        return place switch
        {
            "new" => rig,
            "connecting" => rig.Connect().Advance(250),
            "waiting" => rig.Connect().Fail().Fail(),
            "open" => rig.Opened(),
            "resubscribing" => rig.Opened().Lose().Accept(),
            "reconnecting" => rig.Opened().Lose().Advance(250),
            "reconnect waiting" => rig.Opened().Lose().Fail().Fail(),
            "migrating" => rig.Opened().Info(new NatsServerInfo { LameDuckMode = true }).Until(MachineTimer.Migrate),
            "handing over" => rig.Opened().Info(new NatsServerInfo { LameDuckMode = true }).Until(MachineTimer.Migrate).Accept(),
            "leaving" => rig.Opened().Step(new ReconnectRequested(new NatsForceReconnectOptions())).Lose(),
            _ => throw new ArgumentOutOfRangeException(nameof(place), place, null),
        };
    }
}
