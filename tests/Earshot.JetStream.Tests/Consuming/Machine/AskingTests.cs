using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>How much is asked for, and when.</summary>
public sealed class AskingTests
{
    [Fact]
    public void The_first_pull_asks_for_everything_on_a_fresh_inbox()
    {
        var rig = new MachineRig();
        rig.Machine.Start(MachineRig.Ten, default, 0, hasSession: true, rig.Now);

        Assert.Equal("sub1 ask1:10", rig.Orders);
        Assert.Equal(PullPhase.Asking, rig.Machine.Phase);
    }

    [Fact]
    public void It_is_asked_again_when_no_more_than_the_threshold_is_pending()
    {
        var rig = MachineRig.Started();
        rig.Message(10).Processed(4);
        Assert.Equal("", rig.Orders);
        rig.Processed();

        Assert.Equal("ask1:5", rig.Orders);
    }

    [Fact]
    public void Messages_in_the_buffer_count_until_they_are_processed()
    {
        var rig = MachineRig.Started();
        rig.Message(9);
        Assert.Equal("", rig.Orders);
        Assert.Equal((1, 9), (rig.Machine.Amounts.Outstanding, rig.Machine.Amounts.Buffered));
        rig.Processed(5);

        Assert.Equal("ask1:5", rig.Orders); // 1 still to come and 4 in the buffer
    }

    [Fact]
    public void Max_msgs_one_does_not_prefetch()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { MaxMsgs = 1, Threshold = 0 });
        rig.Message();
        Assert.Equal("", rig.Orders);
        rig.Processed();

        Assert.Equal("ask1:1", rig.Orders);
    }

    [Fact]
    public void A_message_that_is_processed_before_the_read_loop_has_told_of_it_is_counted_once()
    {
        var rig = MachineRig.Started();
        rig.Processed(3);
        Assert.Equal(7, rig.Machine.Amounts.Pending);
        rig.Message(3);

        Assert.Equal((7, 7, 0), (rig.Machine.Amounts.Pending, rig.Machine.Amounts.Outstanding, rig.Machine.Amounts.Buffered));
    }

    [Fact]
    public void In_bytes_the_same_is_counted_in_bytes()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { MaxMsgs = PullSettings.BatchOfBytes, MaxBytes = 1000, Threshold = 500 });
        rig.Message(4).Processed(4);
        Assert.Equal("", rig.Orders);
        rig.Message().Processed();

        Assert.Equal("ask1:500bytes", rig.Orders);
    }

    [Fact]
    public void A_message_that_does_not_fit_is_not_asked_for_again_before_there_is_more_room()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { MaxMsgs = PullSettings.BatchOfBytes, MaxBytes = 1000, Threshold = 900 });
        rig.Message(4);
        rig.Status(PullStatusKind.SizeExceeded, msgs: 999_996, bytes: 600);
        Assert.Equal("", rig.Orders); // 400 in the buffer: there is room for 600, as much as was too little
        rig.Processed(1);

        Assert.Equal("ask1:700bytes", rig.Orders);
    }

    [Theory]
    [InlineData(PullStatusKind.PullEnded, 408)]
    [InlineData(PullStatusKind.PullEnded, 404)]
    public void What_a_status_gives_back_is_asked_for_again(object kind, int code)
    {
        var rig = MachineRig.Started();
        rig.Message(2).Status((PullStatusKind)kind, code, msgs: 8, bytes: 0);

        Assert.Equal("ask1:8", rig.Orders);
    }

    [Fact]
    public void A_pull_that_ends_without_a_count_is_not_guessed_about()
    {
        var rig = MachineRig.Started();
        rig.Message(2).Status(PullStatusKind.PullEnded, 408);

        Assert.Equal("sub2 ask2:8", rig.Orders);
    }

    [Fact]
    public void Consumer_limits_clamp_the_pull()
    {
        var rig = new MachineRig();
        rig.Machine.Start(MachineRig.Ten with { MaxMsgs = 1000, Threshold = 500 }, new PullLimits(50, 0, 4 * TimeSpan.TicksPerSecond, 20), 0, true, rig.Now);

        Assert.Equal("[Clamped] sub1 ask1:20", rig.Orders);
        Assert.Equal(4 * TimeSpan.TicksPerSecond, rig.Machine.Settings.Expires);
        Assert.Equal(2 * TimeSpan.TicksPerSecond, rig.Machine.Settings.Heartbeat);
        Assert.Equal(10, rig.Machine.Settings.Threshold);
    }

    [Fact]
    public void A_pull_that_cannot_be_written_is_tried_again_by_the_timer()
    {
        var rig = MachineRig.Started();
        rig.Machine.SendFailed(1, new PullAsk(10, 0, 0, 0, false), rig.Now);
        Assert.Equal(0, rig.Machine.Amounts.Outstanding);
        Assert.Equal("", rig.Orders);
        rig.Pass(0.06);

        Assert.Equal("ask1:10", rig.Orders);
    }

    [Fact]
    public void A_single_pull_asks_once_and_is_over_when_it_is_filled()
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        rig.Message(9).Processed(9);
        Assert.Equal("", rig.Orders);
        rig.Message();

        Assert.Equal("finish", rig.Orders);
        Assert.Equal((PullEnding.Filled, true), (rig.Machine.Ending, rig.Machine.IsInboxKept));
    }

    [Theory]
    [InlineData(408, PullStatusKind.PullEnded)]
    [InlineData(404, PullStatusKind.PullEnded)]
    [InlineData(409, PullStatusKind.SizeExceeded)]
    public void A_status_ends_a_single_pull_and_its_inbox_serves_the_next(int code, object kind)
    {
        var rig = MachineRig.Started(MachineRig.Fetch with { MaxBytes = 500 });
        rig.Message(2).Status((PullStatusKind)kind, code, msgs: 8, bytes: 300);
        Assert.Equal("finish", rig.Orders);
        rig.Machine.Start(MachineRig.Fetch, default, 0, true, rig.Now);

        Assert.Equal("ask1:10", rig.Orders);
    }

    [Fact]
    public void A_filled_pull_with_a_byte_limit_leaves_its_inbox_because_a_status_may_follow()
    {
        var rig = MachineRig.Started(MachineRig.Fetch with { MaxMsgs = 2, MaxBytes = 500 });
        rig.Message(2);
        Assert.Equal("forget1 finish", rig.Orders);
        rig.Machine.Start(MachineRig.Fetch, default, 0, true, rig.Now);

        Assert.Equal("sub2 ask2:10", rig.Orders);
    }

    [Fact]
    public void A_single_pull_is_asked_again_for_the_rest_with_what_is_left_of_its_time()
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        rig.Message(3).Pass(2);
        rig.Status(PullStatusKind.LeadershipChange);
        PullEffect ask = rig.Machine.Effects.Single(effect => effect.Kind == PullEffectKind.Ask);

        Assert.Equal((7, 8 * TimeSpan.TicksPerSecond), (ask.Ask.Batch, ask.Ask.Expires));
        Assert.Equal(0, ask.Ask.Heartbeat); // twice 5 s is more than is left
    }

    [Fact]
    public void A_single_pull_that_the_server_forgets_ends_a_second_after_its_time_if_the_consumer_exists()
    {
        var rig = MachineRig.Started(MachineRig.Fetch with { Heartbeat = 0 });
        rig.Pass(10.9);
        Assert.Equal("", rig.Orders);
        rig.Pass(0.2);
        Assert.Equal("probe", rig.Orders);
        rig.Answer(PullProbeKind.Exists, new PullFacts());

        Assert.Equal("forget1 finish", rig.Orders);
        Assert.Equal(PullEnding.Deadline, rig.Machine.Ending);
    }

    [Fact]
    public void No_wait_asks_without_an_expiry()
    {
        var rig = new MachineRig();
        rig.Machine.Start(MachineRig.Fetch with { NoWait = true }, default, 0, true, rig.Now);
        PullEffect ask = rig.Machine.Effects.Single(effect => effect.Kind == PullEffectKind.Ask);

        Assert.Equal(new PullAsk(10, 0, 0, 0, true), ask.Ask);
    }
}
