using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A stop waits for what was asked for, then unsubscribes, then waits for the PONG behind it.</summary>
public sealed class StopTests
{
    private const long Quiet = 50 * TimeSpan.TicksPerMillisecond;

    [Fact]
    public void Unsubscribing_waits_for_what_was_asked_for()
    {
        var rig = MachineRig.Started();
        rig.Machine.Stop(Quiet, rig.Now);
        for (int i = 0; i < 9; i++)
        {
            rig.Pass(0.04).Message();
            Assert.Equal("", rig.Orders);
        }

        rig.Pass(0.04).Message();
        Assert.Equal("unsub1 fence", rig.Orders);
        rig.Message(); // was in flight
        rig.Machine.Fenced();

        Assert.Equal("forget1 finish", rig.Orders);
        Assert.Equal((PullEnding.Stopped, 11), (rig.Machine.Ending, rig.Machine.Amounts.Buffered));
    }

    [Fact]
    public void A_consumer_that_has_nothing_to_deliver_is_left_after_a_short_silence()
    {
        var rig = MachineRig.Started();
        rig.Machine.Stop(Quiet, rig.Now);
        rig.Pass(0.049);
        Assert.Equal("", rig.Orders);
        rig.Pass(0.002);

        Assert.Equal("unsub1 fence", rig.Orders);
    }

    [Fact]
    public void With_nothing_to_come_it_is_left_at_once()
    {
        var rig = MachineRig.Started();
        rig.Message(10).Machine.Stop(Quiet, rig.Now);

        Assert.Equal("unsub1 fence", rig.Orders);
    }

    [Fact]
    public void Old_inboxes_are_waited_for_too()
    {
        var rig = MachineRig.Started();
        rig.Message(2).Status(PullStatusKind.LeadershipChange);
        _ = rig.Orders;
        rig.Machine.Stop(Quiet, rig.Now);
        rig.Message(8, epoch: 2);
        Assert.Equal("", rig.Orders);
        rig.Message(8, epoch: 1);

        Assert.Equal("unsub1 unsub2 fence", rig.Orders);
    }

    [Fact]
    public void Nothing_is_asked_for_while_stopping()
    {
        var rig = MachineRig.Started();
        rig.Message(9).Machine.Stop(Quiet, rig.Now);
        rig.Processed(9).Status(PullStatusKind.LeadershipChange);

        Assert.DoesNotContain("ask", rig.Orders, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pull_that_ends_while_stopping_is_not_waited_for()
    {
        var rig = MachineRig.Started();
        rig.Message(2).Machine.Stop(Quiet, rig.Now);
        rig.Status(PullStatusKind.PullEnded, 408, msgs: 8, bytes: 0);

        Assert.Equal("unsub1 fence", rig.Orders);
    }

    [Fact]
    public void A_flood_that_does_not_end_is_left_after_two_seconds()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { MaxMsgs = 1000, Threshold = 500 });
        rig.Machine.Stop(Quiet, rig.Now);
        for (int i = 0; i < 60; i++)
        {
            rig.Pass(0.04).Message();
        }

        Assert.Equal("unsub1 fence", rig.Orders);
    }

    [Fact]
    public void A_pong_that_does_not_come_is_not_waited_for_longer_than_two_seconds()
    {
        var rig = MachineRig.Started();
        rig.Message(10).Machine.Stop(Quiet, rig.Now);
        _ = rig.Orders;
        rig.Pass(2.01);

        Assert.EndsWith("forget1 finish", rig.Orders, StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_that_is_lost_while_stopping_ends_the_stop()
    {
        var rig = MachineRig.Started();
        rig.Machine.Stop(Quiet, rig.Now);
        rig.Machine.SessionLost(rig.Now);

        Assert.Equal("forget1 finish", rig.Orders);
    }

    [Fact]
    public void Without_a_session_a_stop_is_immediate()
    {
        var rig = MachineRig.Started();
        rig.Machine.SessionLost(rig.Now);
        _ = rig.Orders;
        rig.Machine.Stop(Quiet, rig.Now);

        Assert.Equal("forget2 finish", rig.Orders);
    }

    [Fact]
    public void A_second_stop_changes_nothing()
    {
        var rig = MachineRig.Started();
        rig.Message(10).Machine.Stop(Quiet, rig.Now);
        _ = rig.Orders;
        rig.Machine.Stop(Quiet, rig.Now);
        Assert.Equal("", rig.Orders);
        rig.Machine.Fenced();
        _ = rig.Orders;
        rig.Machine.Stop(Quiet, rig.Now);

        Assert.Equal("", rig.Orders);
    }
}
