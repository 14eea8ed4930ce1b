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

    private static void Beat(MachineRig rig, int times)
    {
        for (int i = 0; i < times; i++)
        {
            rig.Pass(5).Heartbeat();
        }
    }
}
