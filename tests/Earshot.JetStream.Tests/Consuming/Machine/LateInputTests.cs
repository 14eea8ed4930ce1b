using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Inputs before the start, without a session and after the end; answers that are of no use any more; limits in bytes.</summary>
public sealed class LateInputTests
{
    private static readonly PullSettings s_bytes = MachineRig.Ten with { MaxMsgs = PullSettings.BatchOfBytes, MaxBytes = 1000, Threshold = 500 };

    [Fact]
    public void Inputs_before_the_start_have_no_effect()
    {
        var rig = new MachineRig();
        ApplyAll(rig);
        Assert.Equal(("", PullPhase.NotStarted, PullTimes.Never), (rig.Orders, rig.Machine.Phase, rig.Machine.Due));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Inputs_after_the_end_have_no_effect(bool isLost)
    {
        var rig = MachineRig.Started();
        if (isLost)
        {
            rig.Status(PullStatusKind.ConsumerDeleted);
        }
        else
        {
            rig.Machine.Abandon();
        }

        (PullPhase phase, PullEnding ending) = (rig.Machine.Phase, rig.Machine.Ending);
        _ = rig.Orders;
        ApplyAll(rig);
        rig.Machine.Abandon();
        Assert.Equal(("", phase, ending, PullTimes.Never), (rig.Orders, rig.Machine.Phase, rig.Machine.Ending, rig.Machine.Due));
    }

    [Fact]
    public void Without_a_session_nothing_is_received_and_a_stop_ends_the_read()
    {
        var rig = MachineRig.Started();
        rig.Machine.SessionLost(rig.Now);
        _ = rig.Orders;
        rig.Machine.SessionLost(rig.Now);
        rig.Status(PullStatusKind.LeadershipChange).Message(epoch: rig.Machine.Epoch);
        rig.Machine.SendFailed(rig.Machine.Epoch, new PullAsk(10, 0, 0, 0, false), rig.Now);
        rig.Machine.Timer(rig.Now);
        rig.Machine.GiveUpInbox(); // only of a read that is over
        Assert.Equal(("", PullPhase.Suspended), (rig.Orders, rig.Machine.Phase));
        rig.Machine.Stop(1, rig.Now);
        Assert.EndsWith("finish", rig.Orders, StringComparison.Ordinal);
        Assert.Equal(PullEnding.Stopped, rig.Machine.Ending);
    }

    [Fact]
    public void A_request_of_an_older_inbox_that_could_not_be_written_is_not_sent_again()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange);
        _ = rig.Orders;
        rig.Machine.SendFailed(1, new PullAsk(10, 0, 0, 0, false), rig.Now);
        Assert.Equal(10, rig.Machine.Amounts.Outstanding);
        rig.Machine.SendFailed(2, new PullAsk(10, 0, 0, 0, false), rig.Now);
        Assert.Equal(0, rig.Machine.Amounts.Outstanding);
    }

    [Fact]
    public void Messages_of_an_inbox_that_was_given_up_change_no_other()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.LeadershipChange).Status(PullStatusKind.LeadershipChange);
        _ = rig.Orders;
        long before = rig.Machine.StillComing;
        rig.Message(epoch: 99);
        Assert.Equal(before, rig.Machine.StillComing);
        rig.Message(2, epoch: 2);
        Assert.Equal(before - 2, rig.Machine.StillComing);
    }

    [Fact]
    public void Without_heartbeats_a_request_that_cannot_be_written_is_only_repeated()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { Heartbeat = 0 });
        for (int i = 0; i < 20; i++)
        {
            rig.Machine.SendFailed(1, new PullAsk(10, 0, 0, 0, false), rig.Now);
            rig.Pass(1);
            Assert.Equal("ask1:10", rig.Orders);
        }
    }

    [Fact]
    public void A_stop_is_begun_once_and_a_fence_counts_only_for_it()
    {
        var rig = MachineRig.Started();
        rig.Machine.Fenced();
        Assert.Equal("", rig.Orders);
        rig.Machine.Stop(TimeSpan.TicksPerSecond, rig.Now);
        rig.Pass(0.9);
        rig.Machine.Stop(TimeSpan.TicksPerSecond, rig.Now);
        Assert.Equal("unsub1 fence", rig.Pass(0.1).Orders);
        rig.Machine.Fenced();
        rig.Machine.Fenced();
        Assert.Equal("forget1 finish", rig.Orders);
    }

    [Theory]
    [InlineData(PullStatusKind.Heartbeat)]
    [InlineData(PullStatusKind.OtherControl)]
    [InlineData(PullStatusKind.Behind)]
    public void Statuses_that_end_no_request_neither_delay_nor_end_a_stop(int kind)
    {
        var rig = MachineRig.Started();
        rig.Machine.Stop(TimeSpan.TicksPerSecond, rig.Now);
        Assert.Equal("", rig.Pass(0.9).Status((PullStatusKind)kind, 100).Orders);
        Assert.Equal("unsub1 fence", rig.Pass(0.1).Orders);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public void The_read_ends_after_the_allowed_number_of_answers_without_responders(int allowed, int expected)
    {
        var rig = MachineRig.Started(MachineRig.Ten with { MaxNoResponders = allowed });
        int answers = 0;
        while (!rig.Machine.IsOver && answers < 10)
        {
            answers++;
            rig.Status(PullStatusKind.NoResponders, 503).Answer(PullProbeKind.Unavailable).Pass(2);
        }

        Assert.Equal((expected, LostReason.Refused), (answers, rig.Machine.Loss));
        Assert.Equal(503, rig.Machine.LostBy.Code);
    }

    [Fact]
    public void An_answer_that_a_check_does_not_get_says_nothing()
    {
        var rig = MachineRig.Started();
        rig.Message(pending: 5);
        _ = rig.Orders;
        string orders = "";
        for (int i = 0; i < 600 && !orders.Contains("probe", StringComparison.Ordinal); i++)
        {
            orders = rig.Pass(1).Heartbeat().Orders;
        }

        Assert.Equal("probe", orders);
        Assert.Equal("", rig.Answer(PullProbeKind.Unavailable).Orders);
        Assert.False(rig.Machine.IsStalled);
    }

    [Fact]
    public void Bytes_are_requested_within_the_limits_of_the_consumer_and_the_limit_is_reported()
    {
        var rig = new MachineRig();
        rig.Machine.Start(s_bytes, new PullLimits(0, 600, 10 * TimeSpan.TicksPerSecond, 0), 0, hasSession: true, rig.Now);
        Assert.Equal("600 bytes, expires 10000 ms", rig.Machine.Effects.Select(effect => effect.Note?.Detail).Single(detail => detail is not null));
        Assert.Equal("[Clamped] sub1 ask1:600bytes", rig.Orders);
    }

    [Fact]
    public void Limits_of_the_consumer_change_only_what_is_above_them()
    {
        Assert.Same(MachineRig.Ten, MachineRig.Ten.Within(default, out bool isChanged));
        Assert.False(isChanged);
        PullSettings shorter = MachineRig.Ten.Within(new PullLimits(0, 0, 4 * TimeSpan.TicksPerSecond, 0), out isChanged);
        Assert.Equal((true, 10, 5, 2 * TimeSpan.TicksPerSecond), (isChanged, shorter.MaxMsgs, shorter.Threshold, shorter.Heartbeat));
        PullSettings fewer = MachineRig.Ten.Within(new PullLimits(8, 0, 0, 6), out _);
        Assert.Equal((6, 3, 5 * TimeSpan.TicksPerSecond), (fewer.MaxMsgs, fewer.Threshold, fewer.Heartbeat));
        PullSettings bytes = s_bytes.Within(new PullLimits(100, 900, 0, 6), out _); // acks in flight limit messages, not bytes
        Assert.Equal((100, 900, 450), (bytes.MaxMsgs, bytes.MaxBytes, bytes.Threshold));
        PullSettings batch = s_bytes.Within(new PullLimits(100, 0, 0, 0), out _);
        Assert.Equal((100, 1000, 500), (batch.MaxMsgs, batch.MaxBytes, batch.Threshold));
    }

    [Theory]
    [InlineData(-1, -1, false)]
    [InlineData(0, -1, true)]
    [InlineData(-1, 0, true)]
    [InlineData(3, 7, true)]
    public void A_status_has_a_rest_when_it_has_messages_or_bytes(long msgs, long bytes, bool expected) =>
        Assert.Equal(expected, new PullStatus(PullStatusKind.PullEnded, 408, msgs, bytes).HasPending);

    [Fact]
    public void A_message_that_is_larger_than_the_capacity_is_reported_once_and_requested_again_after_a_second()
    {
        var rig = MachineRig.Started(s_bytes);
        TooLarge(rig);
        PullNote warning = Assert.Single(rig.Machine.Effects).Note!;
        Assert.Equal((PullNoteKind.StatusWarning, 409, "too large"), (warning.Kind, warning.Code, warning.Description));
        _ = rig.Orders;
        rig.Machine.Timer(rig.Now);
        Assert.Equal("", rig.Orders);
        Assert.Equal("ask1:1000bytes", rig.Pass(1).Orders);
        TooLarge(rig);
        Assert.Equal("ask1:1000bytes", rig.Pass(1).Orders);
        rig.Message().Processed();
        _ = rig.Orders;
        TooLarge(rig);

        Assert.Equal("[StatusWarning 409]", rig.Orders); // messages have arrived since
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_delayed_pull_request_does_not_wait_for_a_timer_that_is_late(bool isByMessage)
    {
        var rig = MachineRig.Started(s_bytes);
        TooLarge(rig);
        _ = rig.Orders;
        long due = rig.Now + TimeSpan.TicksPerSecond;
        if (isByMessage)
        {
            rig.Machine.Received(1, 1, 100, 0, due);
        }
        else
        {
            rig.Machine.Processed(0, 0, due);
        }

        Assert.Equal(isByMessage ? "ask1:900bytes" : "ask1:1000bytes", rig.Orders);
    }

    [Fact]
    public void A_buffer_that_is_full_is_not_filled_further_whatever_the_threshold()
    {
        var rig = MachineRig.Started(s_bytes with { Threshold = 1000 });

        Assert.Equal("", rig.Message(10).Orders);
    }

    [Fact]
    public void A_single_pull_that_could_not_be_written_is_sent_again()
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        rig.Machine.SendFailed(1, new PullAsk(10, 0, 0, 0, false), rig.Now);

        Assert.Equal("ask1:10", rig.Pass(0.06).Orders);
    }

    [Fact]
    public void A_single_pull_whose_time_is_over_is_not_sent_in_the_next_session()
    {
        var rig = MachineRig.Started(MachineRig.Fetch);
        rig.Machine.SessionLost(rig.Now);
        rig.Pass(10);
        _ = rig.Orders;
        rig.Machine.SessionStarting(rig.Now);

        Assert.Equal("", rig.Orders);
    }

    [Fact]
    public void A_single_pull_above_the_limits_of_the_consumer_is_left_to_the_server()
    {
        var rig = new MachineRig();
        rig.Machine.Start(MachineRig.Fetch, new PullLimits(4, 0, 0, 0), 0, hasSession: true, rig.Now);

        Assert.Equal("sub1 ask1:10", rig.Orders);
    }

    [Fact]
    public void An_effect_that_cannot_be_executed_ends_the_read()
    {
        var rig = MachineRig.Started();
        rig.Machine.Fail();

        Assert.Equal(("forget1 finish", PullEnding.Failed), (rig.Orders, rig.Machine.Ending));
    }

    [Fact]
    public void Answers_without_responders_are_not_limited_unless_it_is_asked_for() =>
        Assert.Equal(-1, new PullSettings { MaxMsgs = 1, Expires = TimeSpan.TicksPerSecond }.MaxNoResponders);

    private static void TooLarge(MachineRig rig) =>
        rig.Status(PullStatusKind.SizeExceeded, msgs: PullSettings.BatchOfBytes, bytes: rig.Machine.Amounts.Outstanding, text: "too large");


    private static void ApplyAll(MachineRig rig)
    {
        PullMachine machine = rig.Machine;
        rig.Message().Processed().Heartbeat().Status(PullStatusKind.ConsumerDeleted).Status(PullStatusKind.LeadershipChange).Answer(PullProbeKind.ConsumerDeleted);
        machine.SendFailed(machine.Epoch, new PullAsk(10, 0, 0, 0, false), rig.Now);
        machine.SessionLost(rig.Now);
        machine.SessionStarting(rig.Now);
        machine.ConnectionEnded();
        machine.Fail();
        machine.Stop(1, rig.Now);
        machine.Fenced();
        machine.Timer(rig.Now + TimeSpan.TicksPerDay);
        machine.GiveUpInbox();
    }
}
