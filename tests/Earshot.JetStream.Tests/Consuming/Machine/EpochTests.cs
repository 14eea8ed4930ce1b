using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Fresh inboxes after every loss of certainty, and what becomes of old ones.</summary>
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
    public void Old_pull_on_the_same_inbox_is_not_revived()
    {
        var rig = MachineRig.Started();
        for (int i = 2; i < 50; i++)
        {
            rig.Reconnect();
            Assert.Equal($"forget{i - 1} sub{i} ask{i}:10", rig.Orders);
        }
    }

    [Fact]
    public void A_full_buffer_is_not_added_to_by_a_reconnect()
    {
        var rig = MachineRig.Started();
        rig.Message(10).Reconnect();
        Assert.Equal("forget1 sub2", rig.Orders);
        rig.Processed(5);

        Assert.Equal("ask2:5", rig.Orders);
    }

    [Fact]
    public void Messages_of_an_old_inbox_are_taken_and_not_counted()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange);
        _ = rig.Orders;
        rig.Message(3, epoch: 1);

        Assert.Equal((10, 3, 0), (rig.Machine.Amounts.Outstanding, rig.Machine.Amounts.Buffered, rig.Machine.Amounts.Delivered));
        Assert.Equal(17, rig.Machine.StillComing);
    }

    [Fact]
    public void An_old_inbox_is_unsubscribed_when_it_was_silent_for_a_second_and_forgotten_another_one_later()
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
    public void Leadership_that_changes_again_and_again_does_not_fill_the_buffer()
    {
        var rig = MachineRig.Started();
        for (int i = 0; i < 20; i++)
        {
            rig.Status(PullStatusKind.LeadershipChange);
            Assert.InRange(rig.Machine.StillComing + rig.Machine.Amounts.Buffered, 10, 20);
        }
    }

    [Fact]
    public void A_read_that_starts_without_a_session_subscribes_and_asks_with_the_first_one()
    {
        var rig = new MachineRig();
        rig.Machine.Start(MachineRig.Ten, default, 0, hasSession: false, rig.Now);
        Assert.Equal("sub1", rig.Orders);
        rig.Machine.SessionStarting(rig.Now);

        Assert.Equal("ask1:10", rig.Orders);
    }

    [Fact]
    public void An_answer_about_the_consumer_that_comes_after_the_session_is_void()
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
    public void A_single_pull_survives_a_lost_session_with_the_rest_of_its_time()
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        rig.Message(4).Pass(3).Reconnect();
        PullEffect ask = rig.Machine.Effects.Single(effect => effect.Kind == PullEffectKind.Ask);

        Assert.Equal((6, 7 * TimeSpan.TicksPerSecond), (ask.Ask.Batch, ask.Ask.Expires));
    }

    [Fact]
    public void A_single_pull_without_a_session_ends_with_its_time()
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        rig.Machine.SessionLost(rig.Now);
        rig.Pass(11);

        Assert.Equal(PullEnding.Deadline, rig.Machine.Ending);
    }
}
