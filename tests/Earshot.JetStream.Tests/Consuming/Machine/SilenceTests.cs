using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Missed heartbeats, missing responders, and their reports.</summary>
public sealed class SilenceTests
{
    [Fact]
    public void Missed_heartbeats_are_reported_once_per_silence()
    {
        var rig = MachineRig.Started();
        rig.Pass(10);
        Assert.Equal("[HeartbeatAlarm] sub2 ask2:10", rig.Orders);
        Assert.Equal(PullPhase.Doubtful, rig.Machine.Phase);
        rig.Pass(10);
        Assert.Equal("unsub1 forget1 probe", rig.Orders);
        rig.Answer(PullProbeKind.Exists, new PullFacts());
        Assert.Equal("[Stalled MissedHeartbeats] sub3 ask3:10", rig.Orders);
        rig.Pass(10);
        Assert.Equal("unsub2 forget2 probe", rig.Orders); // no second alarm
        rig.Message();

        Assert.Equal("[Resumed Message]", rig.Orders);
    }

    [Fact]
    public void Next_silence_has_its_own_alarm()
    {
        var rig = MachineRig.Started();
        rig.Pass(10).Heartbeat();
        _ = rig.Orders;
        rig.Pass(9.9);
        Assert.DoesNotContain("Alarm", rig.Orders, StringComparison.Ordinal);
        rig.Pass(0.2);

        Assert.Contains("[HeartbeatAlarm]", rig.Orders, StringComparison.Ordinal);
    }

    [Fact]
    public void Clock_that_advances_by_hours_causes_one_alarm()
    {
        var rig = MachineRig.Started();
        rig.Machine.Timer(rig.Now + (8 * TimeSpan.TicksPerHour));

        Assert.Equal("[HeartbeatAlarm] sub2 ask2:10", rig.Orders);
    }

    [Fact]
    public void Silence_without_a_waiting_pull_request_causes_no_alarm()
    {
        var rig = MachineRig.Started();
        rig.Message(10).Pass(3600);

        Assert.Equal("", rig.Orders);
        Assert.Equal(PullTimes.Never, rig.Machine.Due);
    }

    [Fact]
    public void Heartbeat_timer_is_stopped_without_a_session()
    {
        var rig = MachineRig.Started();
        rig.Machine.SessionLost(rig.Now);
        _ = rig.Orders;
        rig.Pass(3600);
        Assert.Equal("", rig.Orders);
        rig.Machine.SessionStarting(rig.Now);
        Assert.Equal("ask2:10", rig.Orders);
        rig.Pass(9.9);
        Assert.Equal("", rig.Orders);
        rig.Pass(0.2);

        Assert.Contains("[HeartbeatAlarm]", rig.Orders, StringComparison.Ordinal);
    }

    [Fact]
    public void Pull_request_without_heartbeats_that_does_not_end_causes_an_alarm()
    {
        var rig = MachineRig.Started(MachineRig.Ten with { Heartbeat = 0 });
        rig.Pass(30.9);
        Assert.Equal("", rig.Orders);
        rig.Pass(0.2);

        Assert.Contains("[HeartbeatAlarm] sub2 ask2:10", rig.Orders, StringComparison.Ordinal);
    }

    [Fact]
    public void No_responders_of_an_existing_consumer_keeps_trying()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.NoResponders, 503);
        Assert.Equal("probe", rig.Orders);
        rig.Answer(PullProbeKind.Exists, new PullFacts());
        Assert.Equal("", rig.Orders);
        for (int attempt = 1; attempt < 40; attempt++)
        {
            rig.Pass(1.3);
            Assert.Contains($"sub{rig.Machine.Epoch} ask{rig.Machine.Epoch}:10", rig.Orders, StringComparison.Ordinal);
            rig.Status(PullStatusKind.NoResponders, 503);
            string told = rig.Orders;
            Assert.Equal(attempt % 5 == 0, told.Contains("probe", StringComparison.Ordinal));
            Assert.Equal(attempt == 1, told.Contains("[Stalled NoResponders]", StringComparison.Ordinal));
            rig.Answer(PullProbeKind.Exists, new PullFacts());
            _ = rig.Orders;
        }

        Assert.False(rig.Machine.IsOver);
        rig.Pass(1.3).Message();
        Assert.EndsWith("[Resumed Message]", rig.Orders, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PullProbeKind.ConsumerDeleted, LostReason.ConsumerDeleted)]
    [InlineData(PullProbeKind.StreamDeleted, LostReason.StreamDeleted)]
    public void No_responders_of_a_deleted_consumer_ends(object answer, object reason)
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.NoResponders, 503).Answer((PullProbeKind)answer);

        Assert.Equal($"probe [Lost {reason}] forget1 finish", rig.Orders);
    }

    [Theory]
    [InlineData(PullProbeKind.NoLeader, StallReason.NoLeader)]
    [InlineData(PullProbeKind.Unavailable, StallReason.NoResponders)]
    public void Missing_answer_about_the_consumer_is_reported_as_one_stall(object answer, object reason)
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.NoResponders, 503).Answer((PullProbeKind)answer);
        Assert.Equal($"probe [Stalled {reason}]", rig.Orders);
        rig.Pass(0.1).Status(PullStatusKind.NoResponders, 503).Pass(0.2).Status(PullStatusKind.NoResponders, 503);

        Assert.DoesNotContain("Stalled", rig.Orders, StringComparison.Ordinal);
    }

    [Fact]
    public void Delays_grow_from_50_ms_to_1_s_with_a_jitter_of_20_percent()
    {
        var delay = new RetryDelay(42);
        int[] expected = [50, 100, 200, 400, 800, 1000, 1000, 1000];
        double[] delays = [.. expected.Select(_ => TimeSpan.FromTicks(delay.Next()).TotalMilliseconds)];

        Assert.All(delays.Zip(expected), pair => Assert.InRange(pair.First, pair.Second * 0.8, pair.Second * 1.2));
        Assert.True(delays[5..].Distinct().Count() > 1);
    }

    [Fact]
    public void Several_statuses_without_responders_cause_one_info_request()
    {
        var rig = MachineRig.Started();
        rig.Message(5).Processed(5);
        _ = rig.Orders;
        rig.Status(PullStatusKind.NoResponders, 503).Status(PullStatusKind.NoResponders, 503);

        Assert.Equal("probe", rig.Orders);
    }

    [Fact]
    public void Too_many_pulls_are_reported_though_the_server_is_silent()
    {
        var rig = MachineRig.Started();
        rig.Pass(20).Answer(PullProbeKind.Exists, new PullFacts { Waiting = 512, MaxWaiting = 512 });

        Assert.Contains("[Stalled TooManyPulls]", rig.Orders, StringComparison.Ordinal);
    }

    [Fact]
    public void Paused_and_blocked_are_distinguished_from_idle()
    {
        var rig = MachineRig.Started();
        rig.Message(1, pending: 7);
        Beat(rig, 5);
        Assert.Equal("", rig.Orders);
        Beat(rig, 1);
        Assert.Equal("probe", rig.Orders);
        rig.Answer(PullProbeKind.Exists, new PullFacts { IsPaused = true, Pending = 7 });
        Assert.Equal("[Paused]", rig.Orders);
        Beat(rig, 11);
        Assert.Equal("", rig.Orders); // one request per minute
        Beat(rig, 1);
        Assert.Equal("probe", rig.Orders);
        rig.Answer(PullProbeKind.Exists, new PullFacts { AckPending = 20, MaxAckPending = 20, Pending = 7 });
        PullNote blocked = rig.Machine.Effects[^1].Note!;
        Assert.Equal((20L, "20 of 20 messages without ack"), (blocked.Count, blocked.Detail));
        Assert.Equal("[Unpaused] [Blocked]", rig.Orders);
        rig.Message();

        Assert.Equal("[Unblocked]", rig.Orders);
    }

    [Fact]
    public void Idle_consumer_causes_no_info_request()
    {
        var rig = MachineRig.Started();
        rig.Message(1, pending: 0);
        Beat(rig, 100);

        Assert.DoesNotContain("probe", rig.Orders, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alarm_has_the_time_since_the_last_response_and_the_last_position_of_the_consumer()
    {
        var rig = MachineRig.Started();
        rig.Machine.Status(1, new PullStatus(PullStatusKind.Heartbeat, 100) { LastStreamSeq = 20, LastConsumerSeq = 7 }, rig.Now);
        rig.Pass(10);

        PullNote alarm = Assert.Single(rig.Machine.Effects, effect => effect.Note is not null).Note!;
        Assert.Equal((1, 10 * TimeSpan.TicksPerSecond, 20UL, 7UL), (alarm.Count, alarm.Elapsed, alarm.LastStreamSeq, alarm.LastConsumerSeq));
    }

    [Fact]
    public void The_end_of_a_stall_has_its_duration_and_the_number_of_pull_requests()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.TooManyPulls).Pass(1);
        _ = rig.Orders;
        rig.Message();

        PullNote resumed = Assert.Single(rig.Machine.Effects, effect => effect.Note is not null).Note!;
        Assert.Equal((1, TimeSpan.TicksPerSecond), (resumed.Count, resumed.Elapsed));
    }

    [Fact]
    public void A_stall_may_begin_at_time_zero_and_is_reported_once()
    {
        var machine = new PullMachine(7);
        Assert.False(machine.IsStalled);
        machine.Start(MachineRig.Ten, default, 0, hasSession: true, 0);
        machine.Status(1, new PullStatus(PullStatusKind.TooManyPulls, 409), 0);
        machine.Status(1, new PullStatus(PullStatusKind.TooManyPulls, 409), 0);
        Assert.True(machine.IsStalled);
        machine.Received(1, 1, 100, 0, 0);

        Assert.False(machine.IsStalled);
        Assert.Equal(
            [PullNoteKind.StatusWarning, PullNoteKind.Stalled, PullNoteKind.StatusWarning, PullNoteKind.Resumed],
            machine.Effects.Where(effect => effect.Note is not null).Select(effect => effect.Note!.Kind));
    }

    [Fact]
    public void A_silent_consumer_without_an_answer_about_it_is_reported_as_unavailable()
    {
        var rig = MachineRig.Started();
        rig.Pass(20);
        _ = rig.Orders;

        Assert.Equal("[Stalled Unavailable]", rig.Answer(PullProbeKind.Unavailable).Orders);
    }

    [Fact]
    public void Pull_requests_that_cannot_be_written_are_reported_with_the_time_of_two_heartbeats()
    {
        var rig = MachineRig.Started();
        rig.Machine.SendFailed(1, new PullAsk(10, 0, 0, 0, false), rig.Now);
        rig.Machine.Timer(rig.Now + (3 * rig.Machine.Settings.Heartbeat));

        Assert.Equal(2 * rig.Machine.Settings.Heartbeat, Assert.Single(rig.Machine.Effects, effect => effect.Note is not null).Note!.Elapsed);
    }

    [Fact]
    public void A_pull_request_after_a_refused_one_waits_for_its_delay()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.TooManyPulls);
        _ = rig.Orders;
        rig.Machine.Timer(rig.Now);

        Assert.Equal("", rig.Orders);
    }

    [Fact]
    public void Attempts_are_counted_from_the_last_response_session_and_start()
    {
        var rig = MachineRig.Started();
        rig.Status(PullStatusKind.TooManyPulls).Pass(0.07).Heartbeat();
        _ = rig.Orders;
        Assert.Equal("probe", rig.Status(PullStatusKind.NoResponders, 503).Orders); // not that of the fifth attempt
        rig.Answer(PullProbeKind.Exists, new PullFacts()).Pass(0.07).Reconnect();
        _ = rig.Orders;
        Assert.Equal("probe", rig.Status(PullStatusKind.NoResponders, 503).Orders);
        rig.Answer(PullProbeKind.Exists, new PullFacts()).Machine.Abandon();
        rig.Machine.Start(MachineRig.Fetch, default, 0, hasSession: true, rig.Now);
        _ = rig.Orders;

        Assert.Equal("probe", rig.Status(PullStatusKind.NoResponders, 503).Orders);
    }

    [Fact]
    public void Messages_that_were_pending_at_the_start_and_do_not_arrive_are_asked_about()
    {
        var rig = new MachineRig();
        rig.Machine.Start(MachineRig.Ten, default, pending: 7, hasSession: true, rig.Now);
        _ = rig.Orders;
        Beat(rig, 5);
        Assert.Equal("", rig.Orders);
        Beat(rig, 1);

        Assert.Equal("probe", rig.Orders);
    }

    private static void Beat(MachineRig rig, int times)
    {
        for (int i = 0; i < times; i++)
        {
            rig.Pass(5).Heartbeat();
        }
    }
}
