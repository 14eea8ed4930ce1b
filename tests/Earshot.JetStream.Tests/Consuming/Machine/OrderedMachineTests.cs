using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The positions at which an ordered consumer continues, and the delays of attempts.</summary>
public sealed class OrderedMachineTests
{
    private static readonly DateTimeOffset s_time = new(2026, 11, 28, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Gap_recreates_from_the_next_sequence()
    {
        OrderedMachine machine = Created(0);
        Assert.Equal(OrderedVerdict.Deliver, machine.Receive(3, 1, s_time));
        Assert.Equal(OrderedVerdict.Deliver, machine.Receive(7, 2, s_time));
        Assert.Equal(OrderedVerdict.Gap, machine.Receive(9, 4, s_time));

        Assert.Equal(new ResumePoint(ConsumerConfigDeliverPolicy.ByStartSequence, 8, default), machine.Resume);
    }

    [Fact]
    public void Policy_new_loses_nothing_in_an_outage_before_the_first_message()
    {
        var machine = new OrderedMachine(new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.New });
        Assert.Equal(ConsumerConfigDeliverPolicy.New, machine.Resume.Policy);
        machine.Begin();
        machine.Created(53);
        machine.Begin();

        Assert.Equal(new ResumePoint(ConsumerConfigDeliverPolicy.ByStartSequence, 54, default), machine.Resume);
    }

    [Fact]
    public void Position_of_the_first_incarnation_is_the_minimum_of_later_ones()
    {
        OrderedMachine machine = Created(5);
        machine.Begin();
        machine.Created(0); // a consumer with a start sequence has another position

        Assert.Equal(6UL, machine.Resume.StartSeq);
    }

    [Fact]
    public void The_last_message_of_each_subject_is_selected_again_until_one_was_received()
    {
        var machine = new OrderedMachine(new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.LastPerSubject });
        machine.Begin();
        machine.Created(53);
        Assert.Equal(ConsumerConfigDeliverPolicy.LastPerSubject, machine.Resume.Policy);
        machine.Receive(60, 1, s_time);
        Assert.Equal(new ResumePoint(ConsumerConfigDeliverPolicy.ByStartSequence, 61, default), machine.Resume);
    }

    [Theory]
    [InlineData(9, false)] // the stream ends just before the start
    [InlineData(8, true)]
    [InlineData(20, false)]
    public void A_start_beyond_the_end_of_the_stream_is_found_once(ulong lastSeq, bool expected)
    {
        var machine = new OrderedMachine(new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = 10 });
        machine.Begin();
        machine.Created(0);
        Assert.Equal(expected, machine.StartsBeyond(lastSeq));
        Assert.False(machine.StartsBeyond(lastSeq));
        machine.Receive(12, 1, s_time);
        Assert.False(machine.StartsBeyond(1)); // it has received something
    }

    [Fact]
    public void A_read_that_has_received_nothing_has_no_last_message_that_could_prove_the_stream_whole()
    {
        OrderedMachine machine = Created(5);
        Assert.True(machine.HasRegressed(3, s_time, hasLast: true)); // the stream had five messages
    }

    [Fact]
    public void Each_incarnation_has_a_unique_number()
    {
        OrderedMachine machine = Created(0);
        Assert.Equal([2, 3, 4], new[] { machine.Begin(), machine.Begin(), machine.Begin() }); // each attempt has its own consumer name
    }

    [Fact]
    public void Attempts_are_delayed_by_up_to_five_seconds()
    {
        OrderedMachine machine = Created(0);
        Assert.Equal(TimeSpan.Zero, machine.Delay);
        machine.Begin();
        Assert.Equal(TimeSpan.FromMilliseconds(100), machine.Delay);
        for (int i = 0; i < 100; i++)
        {
            machine.Begin();
        }

        Assert.Equal(TimeSpan.FromSeconds(5), machine.Delay);
        machine.Created(0);
        Assert.Equal(TimeSpan.Zero, machine.Delay);
    }

    [Fact]
    public void Limit_of_attempts_ends_the_read()
    {
        var machine = new OrderedMachine(new NatsJSOrderedConsumerOpts { MaxResetAttempts = 2 });
        machine.Begin();
        machine.Begin();
        Assert.False(machine.IsExhausted);
        machine.Begin();
        Assert.True(machine.IsExhausted);
    }

    [Fact]
    public void Last_sequence_below_the_read_one_is_a_regression()
    {
        OrderedMachine machine = Created(0);
        Assert.False(machine.HasRegressed(10, s_time));
        machine.Receive(10, 1, s_time.AddSeconds(5));
        Assert.False(machine.HasRegressed(10, s_time));
        Assert.True(machine.HasRegressed(5, s_time));

        Assert.Equal(new ResumePoint(ConsumerConfigDeliverPolicy.ByStartTime, 0, s_time.AddSeconds(5).AddTicks(1)), machine.Resume);
    }

    [Fact]
    public void Recreated_stream_is_a_regression()
    {
        OrderedMachine machine = Created(0);
        machine.HasRegressed(3, s_time);
        machine.Receive(1, 1, s_time);

        Assert.True(machine.HasRegressed(100, s_time.AddHours(1)));
        Assert.Equal(OrderedVerdict.Deliver, Again(machine).Receive(1, 1, s_time.AddHours(1)));
    }

    [Fact]
    public void Sequence_that_comes_a_second_time_is_a_regression_even_when_the_stream_has_grown_since()
    {
        OrderedMachine machine = Created(0);
        machine.Receive(10, 1, s_time);
        Assert.Equal(OrderedVerdict.Gap, machine.Receive(6, 2, s_time.AddSeconds(1)));

        Assert.True(machine.HasRegressed(20, s_time));
        Assert.Equal(new ResumePoint(ConsumerConfigDeliverPolicy.ByStartTime, 0, s_time.AddTicks(1)), machine.Resume);
        Again(machine);
        Assert.False(machine.HasRegressed(20, s_time)); // once
    }

    [Fact]
    public void Last_message_that_the_stream_has_lost_is_a_regression_even_when_its_sequence_is_assigned_again()
    {
        OrderedMachine machine = Created(0);
        machine.Receive(10, 1, s_time);
        Assert.True(machine.IsLast(s_time.AddTicks(1))); // the last digit may be rounded
        Assert.False(machine.IsLast(s_time.AddTicks(2)));

        Assert.False(machine.HasRegressed(20, s_time));
        Assert.True(machine.HasRegressed(20, s_time, hasLast: false));
        Assert.Equal(new ResumePoint(ConsumerConfigDeliverPolicy.ByStartTime, 0, s_time.AddTicks(1)), machine.Resume);
    }

    [Fact]
    public void Stream_that_fell_before_it_stored_the_last_message_has_lost_nothing_of_the_read()
    {
        OrderedMachine machine = Created(18); // continued by time, at the end of the stream, which then fell to 12
        machine.Receive(13, 1, s_time);

        Assert.False(machine.HasRegressed(15, s_time, hasLast: true));
        Assert.Equal(new ResumePoint(ConsumerConfigDeliverPolicy.ByStartSequence, 14, default), machine.Resume); // by time it would miss what was stored simultaneously
        Assert.False(machine.HasRegressed(15, s_time));
    }

    [Fact]
    public void Policy_restart_starts_again_after_a_regression()
    {
        var machine = new OrderedMachine(new NatsJSOrderedConsumerOpts { RegressionPolicy = NatsJSRegressionPolicy.Restart });
        Again(machine).Receive(9, 1, s_time);
        machine.HasRegressed(3, s_time);

        Assert.Equal(ConsumerConfigDeliverPolicy.All, machine.Resume.Policy);
    }

    [Fact]
    public void Lost_session_ends_an_incarnation_immediately()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { EndsInDoubt = true });
        rig.Message(3).Machine.SessionLost(rig.Now);

        Assert.Equal("forget1 finish", rig.Orders);
        Assert.Equal((PullEnding.Doubt, RecreateCause.Reconnected), (rig.Machine.Ending, rig.Machine.Cause));
    }

    [Theory]
    [InlineData(PullStatusKind.LeadershipChange, true)]
    [InlineData(PullStatusKind.ServerShutdown, true)]
    [InlineData(PullStatusKind.NoResponders, true)]
    [InlineData(PullStatusKind.ConsumerDeleted, true)]
    [InlineData(PullStatusKind.Behind, true)]
    [InlineData(PullStatusKind.Unknown, true)]
    [InlineData(PullStatusKind.SizeExceeded, false)]
    [InlineData(PullStatusKind.PullEnded, false)]
    [InlineData(PullStatusKind.Heartbeat, false)]
    public void Only_statuses_of_a_possible_loss_end_an_incarnation(object kind, bool ends)
    {
        var rig = MachineRig.Started(MachineRig.Ten with { EndsInDoubt = true });
        rig.Status((PullStatusKind)kind, msgs: 10, bytes: 0);

        Assert.Equal(ends ? PullEnding.Doubt : PullEnding.None, rig.Machine.Ending);
    }

    [Fact]
    public void Missed_heartbeats_end_an_incarnation()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { EndsInDoubt = true });
        rig.Pass(10);

        Assert.Equal("[HeartbeatAlarm] forget1 finish", rig.Orders);
        Assert.Equal(RecreateCause.MissedHeartbeats, rig.Machine.Cause);
    }

    private static OrderedMachine Created(ulong floor)
    {
        var machine = new OrderedMachine(NatsJSOrderedConsumerOpts.Default);
        machine.Begin();
        machine.Created(floor);
        return machine;
    }

    private static OrderedMachine Again(OrderedMachine machine)
    {
        machine.Begin();
        machine.Created(0);
        return machine;
    }
}
