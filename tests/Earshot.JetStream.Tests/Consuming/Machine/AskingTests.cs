using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The amounts and the times of pull requests.</summary>
public sealed class AskingTests
{
    [Fact]
    public void First_pull_request_requests_the_whole_capacity_with_a_new_inbox()
    {
        var rig = new MachineRig();
        rig.Machine.Start(MachineRig.Ten, default, 0, hasSession: true, rig.Now);

        Assert.Equal("sub1 ask1:10", rig.Orders);
        Assert.Equal(PullPhase.Asking, rig.Machine.Phase);
    }

    [Fact]
    public void Next_pull_request_is_sent_at_the_threshold()
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

        Assert.Equal("ask1:5", rig.Orders); // 1 outstanding and 4 in the buffer
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
    public void Message_processed_before_the_read_loop_has_reported_it_is_counted_once()
    {
        var rig = MachineRig.Started();
        rig.Processed(3);
        Assert.Equal(7, rig.Machine.Amounts.Pending);
        rig.Message(3);

        Assert.Equal((7, 7, 0), (rig.Machine.Amounts.Pending, rig.Machine.Amounts.Outstanding, rig.Machine.Amounts.Buffered));
    }

    [Fact]
    public void Bytes_are_counted_when_the_limit_is_in_bytes()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { MaxMsgs = PullSettings.BatchOfBytes, MaxBytes = 1000, Threshold = 500 });
        rig.Message(4).Processed(4);
        Assert.Equal("", rig.Orders);
        rig.Message().Processed();

        Assert.Equal("ask1:500bytes", rig.Orders);
    }

    [Fact]
    public void Message_that_is_too_large_is_not_requested_again_before_more_capacity_is_free()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { MaxMsgs = PullSettings.BatchOfBytes, MaxBytes = 1000, Threshold = 900 });
        rig.Message(4);
        rig.Status(PullStatusKind.SizeExceeded, msgs: 999_996, bytes: 600);
        Assert.Equal("", rig.Orders); // 400 in the buffer: the free 600 were too small before
        rig.Processed(1);

        Assert.Equal("ask1:700bytes", rig.Orders);
    }

    [Theory]
    [InlineData(PullStatusKind.PullEnded, 408)]
    [InlineData(PullStatusKind.PullEnded, 404)]
    public void Amount_ended_by_a_status_is_requested_again(object kind, int code)
    {
        var rig = MachineRig.Started();
        rig.Message(2).Status((PullStatusKind)kind, code, msgs: 8, bytes: 0);

        Assert.Equal("ask1:8", rig.Orders);
    }

    [Fact]
    public void Pull_request_that_ends_without_a_count_causes_a_new_epoch()
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
    public void Pull_request_that_cannot_be_written_is_sent_again_by_the_timer()
    {
        var rig = MachineRig.Started();
        rig.Machine.SendFailed(1, new PullAsk(10, 0, 0, 0, false), rig.Now);
        Assert.Equal(0, rig.Machine.Amounts.Outstanding);
        Assert.Equal("", rig.Orders);
        rig.Pass(0.06);

        Assert.Equal("ask1:10", rig.Orders);
    }

    [Fact]
    public void Read_whose_pull_requests_cannot_be_written_for_two_heartbeats_reports_once_that_it_receives_nothing()
    {
        var rig = MachineRig.Started();
        rig.Machine.SendFailed(1, new PullAsk(10, 0, 0, 0, false), rig.Now);
        var orders = new List<string>();
        long end = rig.Now + (5 * rig.Machine.Settings.Heartbeat);
        while (rig.Now < end)
        {
            rig.Pass(0.06);
            orders.Add(rig.Orders);
            rig.Machine.SendFailed(1, new PullAsk(10, 0, 0, 0, false), rig.Now);
        }

        int alarm = orders.FindIndex(static order => order.Contains("HeartbeatAlarm", StringComparison.Ordinal));
        Assert.InRange(alarm * 0.06, 2.0 * rig.Machine.Settings.Heartbeat / TimeSpan.TicksPerSecond - 0.12, 2.0 * rig.Machine.Settings.Heartbeat / TimeSpan.TicksPerSecond + 0.12);
        Assert.Equal("[HeartbeatAlarm] ask1:10", orders[alarm]);
        Assert.All(orders.Where((_, number) => number != alarm), static order => Assert.Equal("ask1:10", order));
        Assert.Equal(PullPhase.Doubtful, rig.Machine.Phase);
    }

    [Fact]
    public void Pull_request_that_is_written_at_last_ends_the_wait_for_the_report()
    {
        var rig = MachineRig.Started();
        rig.Machine.SendFailed(1, new PullAsk(10, 0, 0, 0, false), rig.Now);
        rig.Pass(0.06);
        Assert.Equal("ask1:10", rig.Orders);
        rig.Pass((2.0 * rig.Machine.Settings.Heartbeat / TimeSpan.TicksPerSecond) - 0.03); // two heartbeats since the failure, not since it was sent

        Assert.Equal("", rig.Orders);
    }

    [Fact]
    public void Single_pull_sends_one_request_and_ends_when_it_is_filled()
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
    public void Status_ends_a_single_pull_and_its_inbox_is_reused_by_the_next(int code, object kind)
    {
        var rig = MachineRig.Started(MachineRig.Fetch with { MaxBytes = 500 });
        rig.Message(2).Status((PullStatusKind)kind, code, msgs: 8, bytes: 300);
        Assert.Equal("finish", rig.Orders);
        rig.Machine.Start(MachineRig.Fetch, default, 0, true, rig.Now);

        Assert.Equal("ask1:10", rig.Orders);
    }

    [Fact]
    public void Filled_pull_with_a_byte_limit_removes_its_inbox_because_a_status_may_follow()
    {
        var rig = MachineRig.Started(MachineRig.Fetch with { MaxMsgs = 2, MaxBytes = 500 });
        rig.Message(2);
        Assert.Equal("forget1 finish", rig.Orders);
        rig.Machine.Start(MachineRig.Fetch, default, 0, true, rig.Now);

        Assert.Equal("sub2 ask2:10", rig.Orders);
    }

    [Fact]
    public void Single_pull_requests_the_rest_again_with_its_remaining_time()
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        rig.Message(3).Pass(2);
        rig.Status(PullStatusKind.LeadershipChange);
        PullEffect ask = rig.Machine.Effects.Single(effect => effect.Kind == PullEffectKind.Ask);

        Assert.Equal((7, 8 * TimeSpan.TicksPerSecond), (ask.Ask.Batch, ask.Ask.Expires));
        Assert.Equal(0, ask.Ask.Heartbeat); // twice 5 s exceeds the remaining time
    }

    [Fact]
    public void Single_pull_that_the_server_does_not_end_ends_a_second_after_its_expiry_if_the_consumer_exists()
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

    // Found by the model of Earshot.Server.Tests: the next session sent a pull request without an end.
    [Fact]
    public void Single_pull_ends_when_the_session_is_lost_while_it_is_checked_after_its_expiry()
    {
        var rig = MachineRig.Started(MachineRig.Fetch with { Heartbeat = 0 });
        rig.Pass(11.1);
        Assert.Equal("probe", rig.Orders);
        rig.Reconnect();

        Assert.Equal("forget1 finish", rig.Orders);
        Assert.Equal(PullEnding.Deadline, rig.Machine.Ending);
    }

    [Fact]
    public void No_wait_sends_a_request_without_expiry()
    {
        var rig = new MachineRig();
        rig.Machine.Start(MachineRig.Fetch with { NoWait = true }, default, 0, true, rig.Now);
        PullEffect ask = rig.Machine.Effects.Single(effect => effect.Kind == PullEffectKind.Ask);

        Assert.Equal(new PullAsk(10, 0, 0, 0, true), ask.Ask);
    }

    [Fact]
    public void Limits_of_the_consumer_that_do_not_apply_change_nothing()
    {
        Assert.Same(MachineRig.Ten, MachineRig.Ten.Within(default, out bool isChanged));
        Assert.False(isChanged);
        Assert.Same(MachineRig.Ten, MachineRig.Ten.Within(new PullLimits(MaxBatch: 10, MaxBytes: 500, MaxExpires: 0, MaxAckPending: 10), out isChanged)); // it counts messages
        Assert.False(isChanged);
        Assert.Equal((-1, 0), (MachineRig.Ten.MaxNoResponders, MachineRig.Ten.MaxBytes));
    }

    [Fact]
    public void Limits_of_the_consumer_reduce_amounts_and_with_them_the_threshold()
    {
        PullSettings few = MachineRig.Ten.Within(new PullLimits(MaxBatch: 5, 0, 0, 0), out bool isChanged);
        Assert.Equal((true, 5, 2), (isChanged, few.MaxMsgs, few.Threshold));
        PullSettings bytes = (MachineRig.Ten with { MaxBytes = 1000, Threshold = 600 }).Within(new PullLimits(0, MaxBytes: 500, 0, MaxAckPending: 3), out _);
        Assert.Equal((10, 500, 250), (bytes.MaxMsgs, bytes.MaxBytes, bytes.Threshold)); // a read that counts bytes may wait for acks
    }

    [Theory]
    [InlineData(10, 5)]
    [InlineData(8, 4)]
    public void Limit_of_the_expiry_reduces_the_heartbeat_to_half_of_it_and_keeps_the_threshold(int seconds, int heartbeat)
    {
        PullSettings brief = (MachineRig.Ten with { Threshold = 8 }).Within(new PullLimits(0, 0, MaxExpires: seconds * TimeSpan.TicksPerSecond, 0), out _);
        Assert.Equal((seconds * TimeSpan.TicksPerSecond, heartbeat * TimeSpan.TicksPerSecond, 8), (brief.Expires, brief.Heartbeat, brief.Threshold));
    }

    [Theory]
    [InlineData(0, "5 messages, expires 30000 ms")]
    [InlineData(1000, "500 bytes, expires 30000 ms")]
    public void Limits_that_apply_are_reported(int maxBytes, string detail)
    {
        var rig = new MachineRig();
        rig.Machine.Start(MachineRig.Ten with { MaxBytes = maxBytes }, new PullLimits(MaxBatch: 5, MaxBytes: 500, 0, 0), 0, hasSession: true, rig.Now);

        PullNote note = Assert.Single(rig.Machine.Effects, effect => effect.Kind == PullEffectKind.Report).Note!;
        Assert.Equal((NatsJSNotificationKind.Clamped, detail), (note.Notice, note.Detail));
    }

    [Fact]
    public void Delays_of_attempts_double_to_a_second_with_a_jitter_that_the_seed_decides()
    {
        var delay = new RetryDelay(7);

        Assert.Equal([575_707, 1_028_171, 2_203_952, 3_714_192, 7_799_972, 9_227_801, 8_433_234, 10_927_229], Enumerable.Range(0, 8).Select(_ => delay.Next()));
        delay.Reset();
        Assert.InRange(delay.Next(), 400_000, 600_000);
    }

    [Theory]
    [InlineData(1000, 700)]
    [InlineData(300, 1)] // never 0, which would be without a limit
    [InlineData(0, 0)]
    public void Single_pull_requests_the_rest_of_its_bytes_in_the_next_session(int maxBytes, int rest)
    {
        var rig = MachineRig.Started(MachineRig.Fetch with { MaxBytes = maxBytes });
        rig.Message(3).Reconnect();

        PullAsk ask = Assert.Single(rig.Machine.Effects, effect => effect.Kind == PullEffectKind.Ask).Ask;
        Assert.Equal((7, rest, 5 * TimeSpan.TicksPerSecond), (ask.Batch, ask.MaxBytes, ask.Heartbeat));
    }
}
