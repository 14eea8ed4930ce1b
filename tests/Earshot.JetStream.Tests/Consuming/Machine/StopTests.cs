using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A stop waits for requested messages, unsubscribes, and waits for the PONG after that.</summary>
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
    public void Stop_unsubscribes_after_a_short_silence_when_nothing_is_delivered()
    {
        var rig = MachineRig.Started();
        rig.Machine.Stop(Quiet, rig.Now);
        rig.Pass(0.049);
        Assert.Equal("", rig.Orders);
        rig.Pass(0.002);

        Assert.Equal("unsub1 fence", rig.Orders);
    }

    [Fact]
    public void Stop_unsubscribes_immediately_when_nothing_is_requested()
    {
        var rig = MachineRig.Started();
        rig.Message(10).Machine.Stop(Quiet, rig.Now);

        Assert.Equal("unsub1 fence", rig.Orders);
    }

    [Fact]
    public void Stop_waits_for_old_inboxes()
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
    public void Stopping_read_sends_no_pull_requests()
    {
        var rig = MachineRig.Started();
        rig.Message(9).Machine.Stop(Quiet, rig.Now);
        rig.Processed(9).Status(PullStatusKind.LeadershipChange);

        Assert.DoesNotContain("ask", rig.Orders, StringComparison.Ordinal);
    }

    [Fact]
    public void Stop_does_not_wait_for_a_pull_request_that_has_ended()
    {
        var rig = MachineRig.Started();
        rig.Message(2).Machine.Stop(Quiet, rig.Now);
        rig.Status(PullStatusKind.PullEnded, 408, msgs: 8, bytes: 0);

        Assert.Equal("unsub1 fence", rig.Orders);
    }

    [Fact]
    public void Stop_unsubscribes_after_two_seconds_of_continuous_messages()
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
    public void Stop_waits_at_most_two_seconds_for_the_PONG()
    {
        var rig = MachineRig.Started();
        rig.Message(10).Machine.Stop(Quiet, rig.Now);
        _ = rig.Orders;
        rig.Pass(2.01);

        Assert.EndsWith("forget1 finish", rig.Orders, StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_session_ends_the_stop()
    {
        var rig = MachineRig.Started();
        rig.Machine.Stop(Quiet, rig.Now);
        rig.Machine.SessionLost(rig.Now);

        Assert.Equal("forget1 finish", rig.Orders);
    }

    [Fact]
    public void Stop_without_a_session_ends_immediately()
    {
        var rig = MachineRig.Started();
        rig.Machine.SessionLost(rig.Now);
        _ = rig.Orders;
        rig.Machine.Stop(Quiet, rig.Now);

        Assert.Equal("forget2 finish", rig.Orders);
    }

    [Fact]
    public void Second_stop_has_no_effect()
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

    [Fact]
    public void A_status_with_a_rest_shortens_the_wait_of_a_stop_by_it_and_one_without_ends_the_wait()
    {
        var rig = MachineRig.Started();
        rig.Machine.Stop(Quiet, rig.Now);
        rig.Status(PullStatusKind.PullEnded, 408, msgs: 3, bytes: 0);
        Assert.Equal(("", 7), (rig.Orders, rig.Machine.Amounts.Outstanding));

        Assert.Equal("unsub1 fence", rig.Status(PullStatusKind.PullEnded, 408).Orders);
    }

    [Fact]
    public void A_stop_waits_for_the_current_inbox_when_an_old_one_ends()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange);
        _ = rig.Orders;
        rig.Machine.Stop(Quiet, rig.Now);
        rig.Status(PullStatusKind.ConsumerDeleted, epoch: 1);

        Assert.Equal(("", 10), (rig.Orders, rig.Machine.Amounts.Outstanding));
    }

    [Fact]
    public void A_fence_waits_for_its_PONG_when_the_timer_is_early()
    {
        var rig = MachineRig.Started();
        rig.Message(10).Machine.Stop(Quiet, rig.Now);
        _ = rig.Orders;
        rig.Machine.Timer(rig.Now + (TimeSpan.TicksPerSecond / 2));

        Assert.Equal(("", PullPhase.Stopping), (rig.Orders, rig.Machine.Phase));
    }

    [Fact]
    public void The_end_of_a_stop_removes_each_inbox_once()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange);
        _ = rig.Orders;
        rig.Machine.Stop(Quiet, rig.Now);
        rig.Pass(0.051);
        Assert.Equal("unsub1 unsub2 fence", rig.Orders);
        rig.Machine.Fenced();

        Assert.Equal("forget1 forget2 finish", rig.Orders);
    }
}
