using Earshot.Lifecycle;
using Earshot.Sessions;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>A server announces that it will shut down.</summary>
public sealed class LameDuckTests
{
    private static readonly NatsServerInfo s_lame = new() { LameDuckMode = true };

    [Fact]
    public void NotifyOnly_only_reports()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { LameDuckPolicy = NatsLameDuckPolicy.Notify }, servers: 2).Opened().Info(s_lame).Advance(20_000);
        NatsLameDuckModeEvent reported = rig.Of<NatsLameDuckModeEvent>().Single();
        Assert.Equal((NatsLameDuckPolicy.Notify, null), (reported.Action, reported.PlannedMigration));
        Assert.Equal([MachineRig.Url(2)], reported.OtherServers);
        Assert.Single(rig.Dials);
    }

    [Fact]
    public void With_a_single_server_nothing_moves()
    {
        MachineRig rig = new MachineRig().Opened().Info(s_lame).Advance(20_000);
        Assert.Null(rig.Of<NatsLameDuckModeEvent>().Single().PlannedMigration);
        Assert.Single(rig.Dials);
    }

    [Fact]
    public void A_server_that_becomes_known_after_the_announcement_is_moved_to()
    {
        MachineRig rig = new MachineRig().Opened().Info(s_lame);
        Assert.False(rig.Timers.ContainsKey(MachineTimer.Migrate));
        rig.Info(s_lame with { ClientConnectUrls = ["10.0.0.9:4222"] }).Until(MachineTimer.Info).Until(MachineTimer.Migrate);
        Assert.Equal("10.0.0.9", rig.Open.Values.Single().Server.Address.Host);
        Assert.Single(rig.Of<NatsLameDuckModeEvent>());
    }

    [Fact]
    public void A_move_is_planned_once_however_often_the_pool_changes()
    {
        MachineRig rig = new MachineRig(servers: 2).Opened().Info(s_lame).Advance(10);
        TimeSpan planned = rig.Timers[MachineTimer.Migrate];
        rig.Info(s_lame with { ClientConnectUrls = ["10.0.0.9:4222"] });
        Assert.Equal(planned, rig.Timers[MachineTimer.Migrate]);
    }

    [Fact]
    public void A_migration_begins_at_a_random_point_of_the_first_half_of_the_grace_period()
    {
        var moments = new List<double>();
        for (int seed = 0; seed < 300; seed++)
        {
            MachineRig rig = new MachineRig(servers: 2, seed: seed).Opened().Info(s_lame).Info(s_lame);
            Assert.Single(rig.Of<NatsLameDuckModeEvent>());
            moments.Add(rig.Timers[MachineTimer.Migrate].TotalSeconds);
        }

        Assert.InRange(moments.Min(), 0, 0.5);
        Assert.InRange(moments.Max(), 4.5, 5);
        Assert.InRange(moments.Average(), 2, 3);
    }

    [Fact]
    public void The_successor_is_ready_before_the_old_session_is_left()
    {
        MachineRig rig = new MachineRig(servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate);
        Assert.Equal("10.0.0.2", rig.Open.Values.Single().Server.Address.Host);
        rig.Accept(info: new NatsServerInfo { Id = "B" });
        Assert.Equal(rig.State.SessionId, rig.Did<BeginHandover>().SessionId);
        Assert.Equal(NatsConnectionState.Open, rig.State.State);
        rig.Step(new HandoverReady(1));
        Assert.Equal(NatsDisconnectReason.LameDuck, rig.Did<EndSession>().Reason.Reason);
        rig.Lose().Confirm();
        Assert.Equal(
            [NatsEventKind.LameDuckMode, NatsEventKind.ConnectAttempt, NatsEventKind.ForceReconnect, NatsEventKind.Disconnected, NatsEventKind.Reconnecting, NatsEventKind.Reconnected, NatsEventKind.Resubscribed],
            rig.Kinds.SkipWhile(kind => kind != NatsEventKind.LameDuckMode));
        NatsDisconnectedEvent left = rig.Of<NatsDisconnectedEvent>().Single();
        Assert.Equal((NatsDisconnectReason.LameDuck, true, true, true), (left.Reason, left.Expected, left.DuringLameDuck, left.WillReconnect));
        Assert.Equal(TimeSpan.Zero, rig.Of<NatsReconnectedEvent>().Single().OutageDuration);
        rig.AssertGrammar();
    }

    [Fact]
    public void A_session_lost_during_the_handover_is_followed_by_the_successor_immediately()
    {
        MachineRig rig = new MachineRig(servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate).Accept().Lose();
        Assert.Equal(NatsConnectionState.Open, rig.State.State);
        Assert.Equal(2, rig.Dials.Count);
        rig.Step(new HandoverReady(1));
        Assert.Equal(2, rig.State.SessionId);
        Assert.Null(rig.Ordered);
        rig.Confirm().AssertGrammar();
    }

    [Fact]
    public void A_session_lost_while_its_successor_is_dialled_makes_that_dial_the_search()
    {
        MachineRig rig = new MachineRig(servers: 3).Opened().Info(s_lame).Until(MachineTimer.Migrate).Lose();
        Assert.Single(rig.Open);
        rig.Advance(250);
        Assert.Equal(2, rig.Open.Count);
        rig.Accept();
        Assert.Equal(NatsConnectionState.Open, rig.State.State);
        rig.Confirm().AssertGrammar();
    }

    [Fact]
    public void Migration_without_a_target_is_retried_and_keeps_the_old_session()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 2 }, servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate);
        for (int i = 0; i < 10; i++)
        {
            rig.Fail().NextRound();
        }

        Assert.Equal(NatsConnectionState.Open, rig.State.State);
        Assert.Null(rig.Over);
        Assert.All(rig.Dials.Skip(1), d => Assert.Equal("10.0.0.2", d.Dial.Server.Address.Host));
        rig.AssertGrammar();
    }

    [Fact]
    public void Lame_duck_server_is_not_used_while_others_are_available()
    {
        MachineRig rig = new MachineRig(servers: 3).Opened().Info(s_lame);
        rig.Lose();
        Assert.NotEqual("10.0.0.1", rig.Open.Values.Single().Server.Address.Host);
        rig.Accept().Confirm().Advance(11_000).Lose();
        Assert.Equal("10.0.0.3", rig.Open.Values.Single().Server.Address.Host);
        rig.Fail();
        Assert.Equal("10.0.0.1", rig.Open.Values.Single().Server.Address.Host);
    }

    [Fact]
    public void An_end_without_reason_of_a_lame_server_is_put_down_to_it()
    {
        MachineRig rig = new MachineRig().Opened().Info(s_lame);
        rig.Lose(new SessionEnd(NatsDisconnectReason.ServerClosed));
        Assert.Equal(NatsDisconnectReason.LameDuck, rig.Of<NatsDisconnectedEvent>().Single().Reason);
    }
}
