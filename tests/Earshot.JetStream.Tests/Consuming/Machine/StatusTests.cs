using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The effects of each status that a server sends.</summary>
public sealed class StatusTests
{
    [Fact]
    public void Leadership_change_pulls_immediately()
    {
        var rig = MachineRig.Started();
        rig.Message(3).Status(PullStatusKind.LeadershipChange);

        Assert.Equal("[LeadershipChange] sub2 ask2:7", rig.Orders);
        Assert.Equal(7, rig.Machine.Amounts.Retired);
    }

    [Fact]
    public void Leadership_change_is_a_stall_only_after_a_second_without_messages()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange);
        _ = rig.Orders;
        rig.Pass(0.9);
        Assert.Equal("", rig.Orders);
        rig.Pass(0.2);
        Assert.Equal("unsub1 [Stalled NoLeader]", rig.Orders);
        rig.Heartbeat();

        Assert.Equal("[Resumed Heartbeat]", rig.Orders);
    }

    [Fact]
    public void Leadership_change_followed_by_messages_is_no_stall()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange).Pass(0.5).Message();
        _ = rig.Orders;
        rig.Pass(4);

        Assert.Equal("unsub1 forget1", rig.Orders);
    }

    [Fact]
    public void Second_leadership_change_of_the_same_step_down_on_the_old_inbox_is_ignored()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange);
        _ = rig.Orders;
        rig.Status(PullStatusKind.LeadershipChange, epoch: 1);

        Assert.Equal("", rig.Orders);
    }

    [Fact]
    public void Server_shutdown_delays_the_next_pull_request_by_a_second()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.ServerShutdown, msgs: 10, bytes: 0);
        Assert.Equal("[ServerShutdown]", rig.Orders);
        Assert.Equal(0, rig.Machine.Amounts.Outstanding);
        rig.Pass(1);

        Assert.Equal("unsub1 sub2 ask2:10", rig.Orders);
    }

    [Fact]
    public void Unknown_status_is_reported_and_a_new_request_follows_after_a_second()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.Unknown, 499);
        Assert.Equal("[UnhandledStatus 499]", rig.Orders);
        rig.Pass(1);

        Assert.Equal("sub2 ask2:10", rig.Orders);
    }

    [Theory]
    [InlineData(PullStatusKind.ConsumerDeleted, LostReason.ConsumerDeleted, 409)]
    [InlineData(PullStatusKind.PushBased, LostReason.PushBased, 409)]
    [InlineData(PullStatusKind.Refused, LostReason.Refused, 400)]
    [InlineData(PullStatusKind.Refused, LostReason.Refused, 412)]
    public void A_final_status_ends_the_read(object kind, object reason, int code)
    {
        var rig = MachineRig.Started();
        rig.Message(2).Status((PullStatusKind)kind, code);

        Assert.Equal($"[StatusError {code}] [Lost {reason}] forget1 finish", rig.Orders);
        Assert.Equal((PullPhase.Lost, PullTimes.Never), (rig.Machine.Phase, rig.Machine.Due));
        Assert.Equal(code, rig.Machine.LostBy.Code);
    }

    [Fact]
    public void Deletion_of_the_consumer_is_detected_on_an_old_inbox()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange).Status(PullStatusKind.ConsumerDeleted, epoch: 1);

        Assert.Equal(PullPhase.Lost, rig.Machine.Phase);
    }

    [Fact]
    public void Rejected_size_is_requested_once_more_within_the_limits_and_then_ends_the_read()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LimitExceeded);
        Assert.Equal("[StatusWarning 409] probe", rig.Orders);
        rig.Answer(PullProbeKind.Exists, new PullFacts { Limits = new PullLimits(4, 0, 0, 0) });
        Assert.Equal("sub2 ask2:4 unsub1", rig.Orders);
        rig.Status(PullStatusKind.LimitExceeded);

        Assert.Equal("[StatusError 409] [Lost Refused] forget1 forget2 finish", rig.Orders);
    }

    [Theory]
    [InlineData(PullStatusKind.LimitExceeded)]
    [InlineData(PullStatusKind.TooManyPulls)]
    public void Rejected_single_pull_fails_immediately(object kind)
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        rig.Status((PullStatusKind)kind);

        Assert.Equal("[StatusError 409] [Lost Refused] forget1 finish", rig.Orders);
    }

    [Fact]
    public void Too_many_pulls_of_others_are_reported_and_retried()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.TooManyPulls);
        Assert.Equal("[StatusWarning 409] [Stalled TooManyPulls]", rig.Orders);
        rig.Pass(0.07);

        Assert.Equal("sub2 ask2:10", rig.Orders);
    }

    [Fact]
    public void Lost_pin_is_reported_and_a_new_request_is_sent_without_it()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.PinMismatch, 423);

        Assert.Equal("[PinIdMismatch] sub2 ask2:10", rig.Orders);
    }

    [Fact]
    public void Statuses_of_an_old_inbox_change_nothing()
    {
        foreach (PullStatusKind kind in Enum.GetValues<PullStatusKind>().Except([PullStatusKind.ConsumerDeleted]))
        {
            var rig = MachineRig.Started();
            rig.Status(PullStatusKind.LeadershipChange);
            _ = rig.Orders;
            rig.Status(kind, msgs: 3, bytes: 3, epoch: 1);

            Assert.Equal(("", 10), (rig.Orders, rig.Machine.Amounts.Outstanding));
        }
    }

    [Fact]
    public void Unknown_control_message_counts_as_a_response()
    {
        var rig = MachineRig.Started();
        rig.Pass(9).Status(PullStatusKind.OtherControl, 100).Pass(9);

        Assert.Equal("", rig.Orders);
        Assert.Equal(PullPhase.Flowing, rig.Machine.Phase);
    }

    [Fact]
    public void Every_status_in_every_phase_keeps_the_amounts_consistent()
    {
        foreach (PullStatusKind kind in Enum.GetValues<PullStatusKind>())
        {
            foreach (Action<MachineRig> before in Phases())
            {
                var rig = MachineRig.Started();
                before(rig);
                rig.Status(kind, msgs: 2, bytes: 0).Status(kind).Pass(3);
                PullAmounts amounts = rig.Machine.Amounts;

                Assert.Equal(amounts.Asked, amounts.Delivered + amounts.Ended + amounts.Retired + amounts.Outstanding);
                Assert.True(rig.Machine.IsOver || rig.Machine.Phase == PullPhase.Suspended || rig.Machine.IsUndecided || rig.Machine.Due != PullTimes.Never);
            }
        }
    }

    [Fact]
    public void A_pin_that_was_lost_is_reported()
    {
        var rig = MachineRig.Started();
        rig.Machine.Status(1, new PullStatus(PullStatusKind.PinMismatch, 423) { LostPin = "pin" }, rig.Now);

        Assert.Equal("[PinIdMismatch] [Unpinned] sub2 ask2:10", rig.Orders);
    }

    [Fact]
    public void An_unknown_status_ends_what_it_says_was_not_received()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.Unknown, 499, msgs: 4, bytes: 0);

        Assert.Equal(6, rig.Machine.Amounts.Outstanding);
    }

    [Fact]
    public void The_end_of_a_pull_request_is_a_response()
    {
        var rig = MachineRig.Started();
        rig.Pass(9).Status(PullStatusKind.PullEnded, 408, msgs: 3, bytes: 0).Pass(9);

        Assert.Equal("", rig.Orders);
    }

    [Fact]
    public void An_answer_without_responders_that_is_one_too_many_only_ends_the_read()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { MaxNoResponders = 0 });

        Assert.Equal("[StatusError 503] [Lost Refused] forget1 finish", rig.Status(PullStatusKind.NoResponders, 503).Orders);
    }

    [Theory]
    [InlineData(0, 0, -1, true)]
    [InlineData(0, -1, 0, false)]
    [InlineData(1000, -1, 0, true)]
    [InlineData(1000, 0, -1, false)]
    public void A_rest_is_known_when_the_status_has_it_in_the_counted_unit(int maxBytes, long msgs, long bytes, bool isKnown)
    {
        var rig = MachineRig.Started(MachineRig.Ten with { MaxBytes = maxBytes, Threshold = 5 });
        rig.Status(PullStatusKind.PullEnded, 408, msgs, bytes);

        Assert.Equal(isKnown ? 1 : 2, rig.Machine.Epoch); // a new inbox when it is unknown
    }

    [Fact]
    public void A_rest_is_subtracted_in_the_counted_unit()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { MaxBytes = 1000, Threshold = 500 });
        rig.Status(PullStatusKind.PullEnded, 408, msgs: 3, bytes: 400);

        Assert.Equal(600, rig.Machine.Amounts.Outstanding);
    }

    [Fact]
    public void Statuses_and_notes_have_an_empty_text_unless_they_are_given_one()
    {
        Assert.Equal("", new PullStatus(PullStatusKind.Heartbeat, 100).Description);
        Assert.Equal("", new PullNote(PullNoteKind.Lost).Description);
    }


    private static IEnumerable<Action<MachineRig>> Phases() =>
    [
        _ => { },
        rig => rig.Message(4),
        rig => rig.Pass(10.1),
        rig => rig.Machine.SessionLost(rig.Now),
        rig => rig.Message(2).Machine.Stop(TimeSpan.TicksPerMillisecond * 50, rig.Now),
        rig => rig.Status(PullStatusKind.LeadershipChange),
        rig => rig.Status(PullStatusKind.NoResponders, 503),
        rig => rig.Machine.ConnectionEnded(),
    ];
}
