using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>New inboxes after a possible loss, and the end of old ones.</summary>
public sealed class EpochTests
{
    [Fact]
    public void Reconnect_uses_a_new_inbox_and_never_asks_for_more_than_max()
    {
        var rig = MachineRig.Started();
        rig.Message(4);
        rig.Machine.SessionLost(rig.Now);
        Assert.Equal("forget1 sub2", rig.Orders);
        Assert.Equal((PullPhase.Suspended, 0), (rig.Machine.Phase, rig.Machine.Amounts.Outstanding));
        rig.Machine.SessionStarting(rig.Now);

        Assert.Equal("ask2:6", rig.Orders); // four are in the buffer
    }

    [Fact]
    public void Pull_request_of_a_lost_session_is_not_counted_in_the_next()
    {
        var rig = MachineRig.Started();
        for (int i = 2; i < 50; i++)
        {
            rig.Reconnect();
            Assert.Equal($"forget{i - 1} sub{i} ask{i}:10", rig.Orders);
        }
    }

    [Fact]
    public void Reconnect_with_a_full_buffer_requests_nothing()
    {
        var rig = MachineRig.Started();
        rig.Message(10).Reconnect();
        Assert.Equal("forget1 sub2", rig.Orders);
        rig.Processed(5);

        Assert.Equal("ask2:5", rig.Orders);
    }

    [Fact]
    public void Messages_of_an_old_inbox_are_delivered_and_not_counted()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange);
        _ = rig.Orders;
        rig.Message(3, epoch: 1);

        Assert.Equal((10, 3, 0), (rig.Machine.Amounts.Outstanding, rig.Machine.Amounts.Buffered, rig.Machine.Amounts.Delivered));
        Assert.Equal(17, rig.Machine.StillComing);
    }

    [Fact]
    public void Old_inbox_is_unsubscribed_after_a_second_of_silence_and_removed_a_second_later()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange).Message();
        _ = rig.Orders;
        rig.Pass(0.8).Message(1, epoch: 1).Pass(0.9);
        Assert.Equal("", rig.Orders);
        rig.Pass(0.2);
        Assert.Equal("unsub1", rig.Orders);
        rig.Pass(1);

        Assert.Equal("forget1", rig.Orders);
    }

    [Fact]
    public void Repeated_leadership_changes_do_not_overfill_the_buffer()
    {
        var rig = MachineRig.Started();
        for (int i = 0; i < 20; i++)
        {
            rig.Status(PullStatusKind.LeadershipChange);
            Assert.InRange(rig.Machine.StillComing + rig.Machine.Amounts.Buffered, 10, 20);
        }
    }

    [Fact]
    public void Read_started_without_a_session_subscribes_and_sends_its_request_with_the_first_session()
    {
        var rig = new MachineRig();
        rig.Machine.Start(MachineRig.Ten, default, 0, hasSession: false, rig.Now);
        Assert.Equal("sub1", rig.Orders);
        rig.Machine.SessionStarting(rig.Now);

        Assert.Equal("ask1:10", rig.Orders);
    }

    [Fact]
    public void Info_of_the_consumer_that_arrives_after_the_session_is_ignored()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.NoResponders, 503).Reconnect();
        _ = rig.Orders;
        rig.Answer(PullProbeKind.Unavailable);

        Assert.Equal("", rig.Orders);
        Assert.False(rig.Machine.IsOver);
    }

    [Fact]
    public void The_end_of_the_connection_ends_the_read_in_every_phase()
    {
        foreach (Action<MachineRig> before in new Action<MachineRig>[]
        {
            _ => { },
            rig => rig.Message(3),
            rig => rig.Machine.SessionLost(rig.Now),
            rig => rig.Pass(10),
            rig => rig.Message(1).Machine.Stop(1, rig.Now),
        })
        {
            var rig = MachineRig.Started();
            before(rig);
            rig.Machine.ConnectionEnded();

            Assert.EndsWith("finish", rig.Orders, StringComparison.Ordinal);
            Assert.Equal((PullEnding.Connection, PullTimes.Never), (rig.Machine.Ending, rig.Machine.Due));
        }
    }

    [Fact]
    public void Single_pull_continues_after_a_lost_session_with_its_remaining_time()
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        rig.Message(4).Pass(3).Reconnect();
        PullEffect ask = rig.Machine.Effects.Single(effect => effect.Kind == PullEffectKind.Ask);

        Assert.Equal((6, 7 * TimeSpan.TicksPerSecond), (ask.Ask.Batch, ask.Ask.Expires));
    }

    [Fact]
    public void Single_pull_without_a_session_ends_at_its_expiry()
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        rig.Machine.SessionLost(rig.Now);
        rig.Pass(11);

        Assert.Equal(PullEnding.Deadline, rig.Machine.Ending);
    }

    [Fact]
    public void An_early_timer_does_not_close_an_old_inbox_that_may_still_deliver()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange);
        _ = rig.Orders;
        rig.Machine.Timer(rig.Now + (TimeSpan.TicksPerSecond / 2));
        Assert.Equal("", rig.Orders);
        rig.Message(10, epoch: 1);
        rig.Machine.Timer(rig.Now);

        Assert.Equal("unsub1", rig.Orders); // it has delivered everything
    }

    [Fact]
    public void An_end_removes_the_current_the_old_and_the_closed_inboxes_once()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange).Message();
        rig.PassUntilDue();
        rig.Status(PullStatusKind.LeadershipChange);
        _ = rig.Orders;
        rig.Machine.ConnectionEnded();
        Assert.Equal("forget2 forget1 forget3 finish", rig.Orders);
        rig.Machine.Abandon();

        Assert.Equal("", rig.Orders);
    }

    [Fact]
    public void A_read_that_must_not_continue_after_a_loss_counts_nothing_as_outstanding()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { EndsInDoubt = true });
        rig.Status(PullStatusKind.LeadershipChange);

        Assert.Equal((PullEnding.Doubt, 0, 10), (rig.Machine.Ending, rig.Machine.Amounts.Outstanding, rig.Machine.Amounts.Retired));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Inbox_that_is_kept_for_the_next_single_pull_is_removed_when_there_is_none(bool isAbandoned)
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        Assert.False(rig.Machine.IsInboxKept);
        rig.Message(10);
        Assert.Equal(("finish", true), (rig.Orders, rig.Machine.IsInboxKept));
        if (isAbandoned)
        {
            rig.Machine.Abandon();
        }
        else
        {
            rig.Machine.GiveUpInbox();
        }

        Assert.Equal(("forget1", false), (rig.Orders, rig.Machine.IsInboxKept));
    }

    [Fact]
    public void Timer_does_nothing_between_two_single_pulls()
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        rig.Message(3).Status(PullStatusKind.PinMismatch, 423).Pass(1);
        Assert.EndsWith("unsub1", rig.Orders, StringComparison.Ordinal);
        rig.Message(7);
        Assert.Equal("finish", rig.Orders);
        rig.Machine.Timer(rig.Now + (2 * TimeSpan.TicksPerSecond));

        Assert.Equal("", rig.Orders);
    }
}
