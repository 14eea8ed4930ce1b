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
