using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>Silence, reconnects, recreation and ends of a read, as a pure function.</summary>
public sealed class PushMachineTests
{
    [Fact]
    public void Start_subscribes() => Assert.Equal("subscribe", Start(PushMachineRig.Durable).Orders);

    [Fact]
    public void Start_of_an_ephemeral_consumer_that_is_not_new_checks_that_it_exists()
    {
        PushMachineRig rig = Start(PushMachineRig.Ephemeral with { IsNew = false });
        Assert.Equal("subscribe probe", rig.Orders);
        Assert.Equal("remove recreate:Deleted:1", rig.Answer(PullProbeKind.ConsumerDeleted).Orders);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_without_a_session_subscribes_and_waits_for_one(bool isRecreatable)
    {
        var rig = new PushMachineRig();
        rig.Machine.Start(PushMachineRig.Durable with { IsRecreatable = isRecreatable }, 0, hasSession: false, rig.Now);
        Assert.Equal(("subscribe", PushPhase.Suspended), (rig.Orders, rig.Machine.Phase));
        rig.Machine.SessionLost(rig.Now);
        rig.Machine.SessionStarting(rig.Now);
        Assert.Equal(isRecreatable ? "remove recreate:Reconnected:1" : "", rig.Orders);
        rig.Machine.SessionStarting(rig.Now);
        Assert.Equal("", rig.Orders);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Inputs_before_the_start_and_after_the_end_have_no_effect(bool isEnded)
    {
        PushMachineRig rig = isEnded ? PushMachineRig.Started() : new PushMachineRig();
        if (isEnded)
        {
            rig.Machine.Deleted();
        }

        (PushPhase phase, PullEnding ending) = (rig.Machine.Phase, rig.Machine.Ending);
        _ = rig.Orders;
        rig.Message().Heartbeat().Status(PullStatusKind.ConsumerDeleted).Answer(PullProbeKind.ConsumerDeleted).Reconnect();
        rig.Machine.AnswerFailed(default, rig.Now);
        rig.Machine.ConnectionEnded();
        rig.Machine.Deleted();
        rig.Machine.Stop(rig.Now);
        rig.Machine.Fenced();
        rig.Machine.Timer(rig.Now + TimeSpan.TicksPerDay);
        Assert.False(rig.Ended(PushAttemptResult.Created));
        Assert.Equal(("", phase, ending, PullTimes.Never), (rig.Orders, rig.Machine.Phase, rig.Machine.Ending, rig.Machine.Due));
    }

    [Fact]
    public void A_read_that_is_stopping_is_not_lost_by_a_deletion_and_is_stopped_once()
    {
        var rig = PushMachineRig.Started();
        rig.Machine.Fenced();
        Assert.Equal("", rig.Orders);
        rig.Machine.Stop(rig.Now);
        rig.Machine.Stop(rig.Now);
        rig.Machine.Deleted();
        Assert.Equal("unsubscribe fence", rig.Orders);
        rig.Machine.Fenced();
        Assert.Equal(("remove finish", PullEnding.Stopped), (rig.Orders, rig.Machine.Ending));
    }

    [Theory]
    [InlineData(PullProbeKind.Unavailable)]
    [InlineData(PullProbeKind.NoLeader)]
    public void A_check_that_gets_no_answer_says_nothing_and_is_not_repeated(int kind)
    {
        PushMachineRig rig = Start(PushMachineRig.Ephemeral with { IsNew = false });
        _ = rig.Orders;
        Assert.Equal("", rig.Answer((PullProbeKind)kind).Orders);
        Assert.Equal("", rig.Pass(5).Orders);
    }

    [Fact]
    public void Silence_is_reported_once_and_asked_about()
    {
        PushMachineRig rig = PushMachineRig.Started().Message().Pass(9.9);
        Assert.Equal("", rig.Orders);
        Assert.Equal("[HeartbeatAlarm] probe", rig.Pass(0.1).Orders);
        Assert.Equal("[Stalled MissedHeartbeats]", rig.Answer(PullProbeKind.Exists).Orders);
        Assert.Equal("probe", rig.Pass(10).Orders); // the alarm and the stall are reported once
        Assert.Equal("", rig.Answer(PullProbeKind.Exists).Orders);
        Assert.Equal("[Resumed Message]", rig.Message().Orders);
        Assert.Equal("[HeartbeatAlarm] probe", rig.Pass(10).Orders);
    }

    [Theory]
    [InlineData(PullProbeKind.NoLeader, "[Stalled NoLeader]")]
    [InlineData(PullProbeKind.Unavailable, "[Stalled Unavailable]")]
    public void Consumer_without_an_answer_is_asked_about_again_with_growing_delays(int kind, string stalled)
    {
        PushMachineRig rig = PushMachineRig.Started().Pass(10);
        _ = rig.Orders;
        Assert.Equal(stalled, rig.Answer((PullProbeKind)kind).Orders);
        double[] longest = [0.06, 0.12, 0.24, 0.48, 0.96, 1.2, 1.2];
        foreach (double delay in longest)
        {
            Assert.Equal("", rig.Pass(delay / 2).Orders);
            Assert.Equal("probe", rig.Pass(delay / 2).Orders);
            Assert.Equal("", rig.Answer((PullProbeKind)kind).Orders);
        }

        Assert.Equal("[Resumed Heartbeat]", rig.Heartbeat().Orders);
        Assert.Equal("", rig.Pass(9.9).Orders);
    }

    [Fact]
    public void Sign_of_life_makes_the_answer_about_a_silence_meaningless()
    {
        PushMachineRig rig = PushMachineRig.Started().Pass(10);
        _ = rig.Orders;
        Assert.Equal("", rig.Heartbeat().Answer(PullProbeKind.ConsumerDeleted).Orders);
        Assert.Equal(PushPhase.Flowing, rig.Machine.Phase);
    }

    [Fact]
    public void Silence_of_a_member_of_a_group_is_no_alarm_because_another_member_gets_the_heartbeats()
    {
        PushMachineRig rig = PushMachineRig.Started(PushMachineRig.Durable with { IsShared = true }).Pass(10);
        Assert.Equal("probe", rig.Orders);
        Assert.Equal("", rig.Answer(PullProbeKind.Exists).Orders);
        Assert.Equal("probe", rig.Pass(10).Orders);
        Assert.Equal("[Stalled NoLeader]", rig.Answer(PullProbeKind.NoLeader).Orders);
        Assert.Equal("probe", rig.Pass(0.06).Orders);
        Assert.Equal("[Resumed Heartbeat]", rig.Answer(PullProbeKind.Exists).Orders);
        Assert.Equal("probe", rig.Pass(10).Orders);
        Assert.Equal("[Lost ConsumerDeleted 0] remove finish", rig.Answer(PullProbeKind.ConsumerDeleted).Orders);
    }

    [Fact]
    public void Without_heartbeats_silence_is_not_detected()
    {
        PushMachineRig rig = PushMachineRig.Started(new PushSettings()).Message();
        Assert.Equal((PullTimes.Never, ""), (rig.Machine.Due, rig.Pass(3600).Orders));
    }

    [Fact]
    public void Heartbeat_timer_is_not_armed_without_a_session()
    {
        var rig = PushMachineRig.Started();
        rig.Machine.SessionLost(rig.Now);
        Assert.Equal((PullTimes.Never, "", PushPhase.Suspended), (rig.Machine.Due, rig.Pass(60).Orders, rig.Machine.Phase));
    }

    [Fact]
    public void Durable_consumer_waits_two_heartbeats_after_a_reconnect_and_is_asked_about_then()
    {
        PushMachineRig rig = PushMachineRig.Started().Message().Pass(9).Reconnect();
        Assert.Equal("", rig.Orders); // the replay subscribes it again
        Assert.Equal("", rig.Pass(9.9).Orders);
        Assert.Equal("[HeartbeatAlarm] probe", rig.Pass(0.1).Orders);
    }

    [Theory]
    [InlineData(PullProbeKind.ConsumerDeleted, LostReason.ConsumerDeleted)]
    [InlineData(PullProbeKind.StreamDeleted, LostReason.StreamDeleted)]
    public void Deleted_durable_consumer_ends_the_read(int answer, LostReason reason)
    {
        PushMachineRig rig = PushMachineRig.Started().Message(3).Pass(10);
        _ = rig.Orders;
        Assert.Equal($"[Lost {reason} 3] remove finish", rig.Answer((PullProbeKind)answer).Orders);
        Assert.Equal((PushPhase.Lost, PullEnding.Lost, reason), (rig.Machine.Phase, rig.Machine.Ending, rig.Machine.Loss));
        Assert.Equal("", rig.Heartbeat().Message().Pass(60).Reconnect().Orders);
    }

    [Fact]
    public void Status_of_the_deletion_ends_the_read_at_once()
    {
        PushMachineRig rig = PushMachineRig.Started().Status(PullStatusKind.ConsumerDeleted);
        Assert.Equal("[StatusError 409] [Lost ConsumerDeleted 0] remove finish", rig.Orders);
        Assert.Equal(409, rig.Machine.LostBy.Code);
    }

    [Fact]
    public void Ephemeral_consumer_is_recreated_after_a_reconnect()
    {
        PushMachineRig rig = PushMachineRig.Started(PushMachineRig.Ephemeral).Message();
        rig.Machine.SessionLost(rig.Now);
        Assert.Equal("remove", rig.Orders); // the replay must not subscribe the old subject
        rig.Machine.SessionStarting(rig.Now);
        Assert.Equal("remove recreate:Reconnected:1", rig.Orders);
        Assert.Equal(PullTimes.Never, rig.Machine.Due);
        Assert.True(rig.Ended(PushAttemptResult.Created));
        Assert.Equal(("created", PushPhase.Waiting), (rig.Orders, rig.Machine.Phase));
        Assert.Equal("[HeartbeatAlarm] probe", rig.Pass(10).Orders);
    }

    [Fact]
    public void Recreation_that_fails_is_a_stall_and_repeated()
    {
        PushMachineRig rig = PushMachineRig.Started(PushMachineRig.Ephemeral).Reconnect();
        _ = rig.Orders;
        Assert.False(rig.Ended(PushAttemptResult.Unavailable));
        Assert.Equal("[Stalled Unavailable]", rig.Orders);
        Assert.Equal("recreate:Reconnected:2", rig.Pass(0.06).Orders);
        Assert.False(rig.Ended(PushAttemptResult.Unavailable));
        Assert.Equal("recreate:Reconnected:3", rig.Pass(0.12).Orders);
        Assert.True(rig.Ended(PushAttemptResult.Created));
        Assert.Equal("created [Resumed Recreated]", rig.Orders);
        Assert.Equal(3, rig.Attempt.Tries);
    }

    [Fact]
    public void Recreated_consumer_is_reported_before_the_loss_that_follows()
    {
        PushMachineRig rig = PushMachineRig.Started(PushMachineRig.Ephemeral).Reconnect();
        _ = rig.Orders;
        rig.Ended(PushAttemptResult.Created);
        rig.Machine.Deleted();
        Assert.Equal("created [Lost ConsumerDeleted 0] remove finish", rig.Orders);
    }

    [Fact]
    public void Result_of_an_attempt_of_an_ended_session_is_not_used()
    {
        PushMachineRig rig = PushMachineRig.Started(PushMachineRig.Ephemeral).Reconnect();
        _ = rig.Orders;
        int first = rig.Attempt.Number;
        rig.Machine.SessionLost(rig.Now);
        Assert.False(rig.Ended(PushAttemptResult.Created, first));
        rig.Machine.SessionStarting(rig.Now);
        Assert.Equal("remove remove recreate:Reconnected:1", rig.Orders);
        Assert.False(rig.Ended(PushAttemptResult.Created, first));
        Assert.True(rig.Ended(PushAttemptResult.Created));
    }

    [Fact]
    public void Recreation_without_its_stream_ends_the_read()
    {
        PushMachineRig rig = PushMachineRig.Started(PushMachineRig.Ephemeral).Reconnect();
        _ = rig.Orders;
        Assert.False(rig.Ended(PushAttemptResult.StreamDeleted));
        Assert.Equal("[Lost StreamDeleted 0] remove finish", rig.Orders);
    }

    [Fact]
    public void Recreation_that_the_server_rejects_six_times_ends_the_read()
    {
        PushMachineRig rig = PushMachineRig.Started(PushMachineRig.Ephemeral).Reconnect();
        for (int i = 0; i < 5; i++)
        {
            _ = rig.Orders;
            Assert.False(rig.Ended(PushAttemptResult.Rejected));
            rig.Pass(1.2);
        }

        _ = rig.Orders;
        Assert.False(rig.Ended(PushAttemptResult.Rejected));
        Assert.Equal("[Lost Refused 0] remove finish", rig.Orders);
    }

    [Fact]
    public void Ephemeral_consumer_that_exists_and_stays_silent_is_recreated()
    {
        PushMachineRig rig = PushMachineRig.Started(PushMachineRig.Ephemeral).Pass(10);
        Assert.Equal("[HeartbeatAlarm] probe", rig.Orders);
        Assert.Equal("[Stalled MissedHeartbeats]", rig.Answer(PullProbeKind.Exists).Orders);
        Assert.Equal("probe", rig.Pass(10).Orders);
        Assert.Equal("remove recreate:MissedHeartbeats:1", rig.Answer(PullProbeKind.Exists).Orders);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Deleted_ephemeral_consumer_is_recreated(bool isStatus)
    {
        var rig = PushMachineRig.Started(PushMachineRig.Ephemeral);
        rig = isStatus ? rig.Status(PullStatusKind.ConsumerDeleted) : rig.Pass(10).Answer(PullProbeKind.ConsumerDeleted);
        Assert.EndsWith("remove recreate:Deleted:1", rig.Orders, StringComparison.Ordinal);
    }

    [Fact]
    public void Paused_and_blocked_consumers_are_told_apart_from_idle_ones()
    {
        PushMachineRig rig = PushMachineRig.Started().Message(pending: 5);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("", rig.Pass(5).Heartbeat().Orders);
        }

        Assert.Equal("probe", rig.Pass(5).Heartbeat().Orders);
        Assert.Equal("[Blocked 7]", rig.Answer(PullProbeKind.Exists, new PullFacts { AckPending = 7, MaxAckPending = 7, Pending = 5 }).Orders);
        Assert.Equal("[Unblocked]", rig.Message().Orders.Split(' ')[0]);
    }

    [Fact]
    public void Consumer_whose_request_waits_for_the_application_is_not_asked_about()
    {
        PushMachineRig rig = PushMachineRig.Started().Message(pending: 5).Flow("FC.1");
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("", rig.Pass(5).Heartbeat("FC.1").Orders);
        }
    }

    [Theory]
    [InlineData(PullStatusKind.LeadershipChange, "[LeadershipChange]")]
    [InlineData(PullStatusKind.ServerShutdown, "[ServerShutdown]")]
    [InlineData(PullStatusKind.Unknown, "[UnhandledStatus 409]")]
    public void Other_status_is_reported(int kind, string reported) => Assert.Equal(reported, PushMachineRig.Started().Status((PullStatusKind)kind).Orders);

    [Fact]
    public void Stop_unsubscribes_and_waits_for_the_fence()
    {
        PushMachineRig rig = PushMachineRig.Started().Message(2);
        rig.Machine.Stop(rig.Now);
        Assert.Equal(("unsubscribe fence", PushPhase.Stopping), (rig.Orders, rig.Machine.Phase));
        Assert.Equal("", rig.Message().Orders); // in flight
        rig.Machine.Fenced();
        Assert.Equal(("remove finish", 3L, PullEnding.Stopped), (rig.Orders, rig.Machine.Counts.Buffered, rig.Machine.Ending));
    }

    [Fact]
    public void Stop_without_a_PONG_ends_after_two_seconds()
    {
        var rig = PushMachineRig.Started();
        rig.Machine.Stop(rig.Now);
        _ = rig.Orders;
        Assert.Equal("", rig.Pass(1.9).Orders);
        Assert.Equal("remove finish", rig.Pass(0.1).Orders);
    }

    [Fact]
    public void Stop_during_an_outage_ends_at_once()
    {
        var rig = PushMachineRig.Started();
        rig.Machine.SessionLost(rig.Now);
        rig.Machine.Stop(rig.Now);
        Assert.Equal("remove finish", rig.Orders);
    }

    [Fact]
    public void Stop_during_a_recreation_does_not_use_its_result()
    {
        PushMachineRig rig = PushMachineRig.Started(PushMachineRig.Ephemeral).Reconnect();
        _ = rig.Orders;
        rig.Machine.Stop(rig.Now);
        Assert.Equal("remove finish", rig.Orders);
        Assert.False(rig.Ended(PushAttemptResult.Created));
    }

    [Fact]
    public void Lost_session_ends_a_stop()
    {
        var rig = PushMachineRig.Started();
        rig.Machine.Stop(rig.Now);
        _ = rig.Orders;
        rig.Machine.SessionLost(rig.Now);
        Assert.Equal("remove finish", rig.Orders);
    }

    [Fact]
    public void End_of_the_connection_ends_the_read()
    {
        var rig = PushMachineRig.Started();
        rig.Machine.ConnectionEnded();
        Assert.Equal(("remove finish", PullEnding.Connection), (rig.Orders, rig.Machine.Ending));
        rig.Machine.ConnectionEnded();
        Assert.Equal("", rig.Orders);
    }

    [Fact]
    public void Dropped_messages_are_reported_once_per_second_with_their_number()
    {
        var rig = PushMachineRig.Started();
        rig.Machine.Dropped(1, rig.Now);
        Assert.Equal("[Discarded]", rig.Orders);
        rig.Machine.Dropped(2, rig.Now);
        rig.Machine.Dropped(3, rig.Now);
        Assert.Equal("", rig.Pass(0.9).Orders);
        Assert.Equal("[Discarded 5]", rig.Pass(0.1).Orders);
        rig.Machine.Dropped(2, rig.Now);
        rig.Machine.Stop(rig.Now);
        Assert.Equal("unsubscribe fence", rig.Orders);
        rig.Machine.Fenced();
        Assert.Equal("[Discarded 2] remove finish", rig.Orders);
        rig.Machine.Dropped(1, rig.Now);
        Assert.Equal("", rig.Orders);
    }

    private static PushMachineRig Start(PushSettings settings)
    {
        var rig = new PushMachineRig();
        rig.Machine.Start(settings, 0, hasSession: true, rig.Now);
        return rig;
    }
}
