using System.Net;
using Earshot.Lifecycle;
using Earshot.Sessions;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>A server announces that it will shut down.</summary>
public sealed class LameDuckTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
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
    public void A_successor_that_takes_over_leaves_no_limit_of_an_outage_behind()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { ReconnectTimeLimit = TimeSpan.FromMinutes(1) }, servers: 2).Opened().Info(s_lame);
        Assert.DoesNotContain(MachineTimer.TimeLimit, rig.Until(MachineTimer.Migrate).Accept().Lose().Timers.Keys);
        Assert.Contains(MachineTimer.TimeLimit, rig.Confirm().Lose().Timers.Keys);
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
    public void A_session_lost_while_its_successor_is_dialled_leaves_the_other_addresses_of_that_name()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 1 }, servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate);
        rig.Step(new AddressesResolved(rig.Open.Keys.Single(), [IPAddress.IPv6Loopback, IPAddress.Loopback], new IPEndPoint(IPAddress.IPv6Loopback, 4222))).Lose().Fail();
        Assert.Null(rig.Over);

        Assert.Equal(IPAddress.Loopback, rig.Dials[^1].Dial.Address);
    }

    [Fact]
    public void Two_dials_of_a_move_are_left_alone_when_all_others_have_left_the_cluster()
    {
        string[] cluster = ["10.0.0.1:4222", "10.0.0.7:4222", "10.0.0.8:4222", "10.0.0.9:4222"];
        MachineRig rig = new MachineRig(seed: 3).Connect().Accept(info: new NatsServerInfo { ClientConnectUrls = cluster }).Advance(2000).Info(s_lame with { ClientConnectUrls = cluster });
        rig.Step(new TimerFired(MachineTimer.Migrate));
        rig.Pass(TimeSpan.FromMilliseconds(250));
        rig.Step(new TimerFired(MachineTimer.Hedge));
        string[] open = [.. rig.Open.Values.Select(dial => $"{dial.Server.Address.Host}:4222")];
        rig.Info(s_lame with { ClientConnectUrls = ["10.0.0.1:4222", .. open] });
        rig.Pass(TimeSpan.FromMilliseconds(250));
        rig.Step(new TimerFired(MachineTimer.Hedge));

        Assert.Equal(2, rig.Open.Count);
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

    [Fact]
    public void The_announcement_names_the_server_the_plan_and_the_servers_that_are_not_lame()
    {
        MachineRig rig = new MachineRig(servers: 3).Advance(1000).Opened().Info(s_lame);
        NatsLameDuckModeEvent reported = rig.Of<NatsLameDuckModeEvent>().Single();
        Assert.Equal((true, MachineRig.Url(1)), (reported.Server.IsLameDuck, reported.Server.Url));
        Assert.Equal(s_start + rig.Timers[MachineTimer.Migrate], reported.PlannedMigration);
        Assert.Equal([MachineRig.Url(2), MachineRig.Url(3)], reported.OtherServers);

        rig.Until(MachineTimer.Migrate).Accept().Step(new HandoverReady(1)).Lose().Confirm().Info(s_lame);
        Assert.Equal([MachineRig.Url(3)], rig.Of<NatsLameDuckModeEvent>().Last().OtherServers);
        rig.Until(MachineTimer.Migrate);
        Assert.Equal("10.0.0.3", rig.Open.Values.Single().Server.Address.Host);
        rig.Fail();
        Assert.Empty(rig.Open);
        Assert.True(rig.State.Search.IsWaiting);
    }

    [Fact]
    public void A_move_that_is_planned_is_not_planned_again_by_an_INFO_with_more_servers()
    {
        MachineRig rig = new MachineRig(servers: 2, seed: 3).Opened().Info(s_lame);
        TimeSpan planned = rig.Timers[MachineTimer.Migrate];
        Assert.True(planned > TimeSpan.FromSeconds(1), "this test needs a move that is more than a second away");
        rig.Info(s_lame with { ClientConnectUrls = ["10.0.0.9:4222"] }).Until(MachineTimer.Info);
        Assert.Contains(rig.Pool, server => server.Url == MachineRig.Url(9));
        Assert.Equal(planned, rig.Timers[MachineTimer.Migrate]);
    }

    [Fact]
    public void A_move_that_is_due_begins_without_the_waits_of_earlier_failures()
    {
        MachineRig rig = new MachineRig(servers: 2).Opened();
        for (int i = 0; i < 3; i++)
        {
            rig.Lose().Advance(5000).Accept().Confirm();
        }

        rig.Info(s_lame);
        int dialled = rig.Dials.Count;
        Assert.True(rig.State.BackoffRound > 1);
        rig.Step(new TimerFired(MachineTimer.Migrate));
        Assert.Equal(dialled + 1, rig.Dials.Count);
    }

    [Fact]
    public void The_successor_is_handed_over_to_with_a_quarter_of_the_grace_period_and_the_move_names_it()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { LameDuckGrace = TimeSpan.FromSeconds(12) }, servers: 3).Opened().Info(s_lame).Until(MachineTimer.Migrate).Advance(250);
        rig.Accept(info: new NatsServerInfo { Id = "B" });
        Assert.Equal(new BeginHandover(1, TimeSpan.FromSeconds(3)) { AttemptId = 2 }, rig.Did<BeginHandover>());
        NatsConnectAttemptFailedEvent other = rig.Of<NatsConnectAttemptFailedEvent>().Single();
        Assert.Equal((3, true, "another server accepted first"), (other.AttemptId, other.Abandoned, Assert.IsType<OperationCanceledException>(other.Exception).Message));
        rig.Step(new HandoverReady(1));
        NatsForceReconnectEvent move = rig.Of<NatsForceReconnectEvent>().Single();
        Assert.Equal(("lame duck mode", MachineRig.Url(2), "B"), (move.Reason, move.Target?.Url, move.Target?.Id));
        Assert.Empty(rig.Step(new HandoverReady(1)).Effects);
        Assert.Equal(1, rig.Lose().Of<NatsReconnectedEvent>().Single().Attempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_planned_move_that_no_server_answers_in_its_first_round_has_failed(bool isPlanned)
    {
        MachineRig rig = new MachineRig().Opened();
        rig = (isPlanned ? rig.Step(new ReconnectRequested(new NatsForceReconnectOptions())) : rig).Lose().Fail();
        Assert.Equal(isPlanned ? 1 : 0, rig.Effects.OfType<MigrationFailed>().Count());
        MachineRig moving = new MachineRig(servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate).Fail();
        Assert.Empty(moving.Effects.OfType<MigrationFailed>());
    }

    [Fact]
    public void A_parked_server_returns_when_there_is_no_other_one_to_move_to()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxAttemptsPerServer = 1 }, servers: 2).Connect().Fail().Accept();
        Assert.True(rig.Pool[0].IsParked);
        rig.Info(s_lame).Until(MachineTimer.Migrate);
        Assert.Equal("10.0.0.1", rig.Open.Values.Single().Server.Address.Host);
        Assert.Equal(NatsServerPoolChangeSource.Recovered, rig.Of<NatsServerPoolChangedEvent>().Last().Source);
        rig.AssertGrammar();
    }

    [Fact]
    public void A_move_whose_last_target_has_left_the_pool_is_over()
    {
        MachineRig rig = new MachineRig(seed: 3).Connect().Accept(info: new NatsServerInfo { ClientConnectUrls = ["10.0.0.1:4222", "10.0.0.9:4222"] }).Advance(2000);
        rig.Info(s_lame with { ClientConnectUrls = ["10.0.0.1:4222", "10.0.0.9:4222"] }).Info(s_lame with { ClientConnectUrls = ["10.0.0.1:4222"] }).Until(MachineTimer.Info);
        Assert.Single(rig.Pool);
        rig.Step(new TimerFired(MachineTimer.Migrate));
        Assert.Equal(Search.None, rig.State.Search);
        Assert.Equal(NatsConnectionState.Open, rig.State.State);
    }

    [Fact]
    public void Servers_that_leave_the_cluster_during_a_move_are_not_dialled()
    {
        string[] cluster = ["10.0.0.1:4222", "10.0.0.8:4222", "10.0.0.9:4222"];
        MachineRig rig = new MachineRig(seed: 3).Connect().Accept(info: new NatsServerInfo { ClientConnectUrls = cluster }).Advance(2000).Info(s_lame with { ClientConnectUrls = cluster });
        rig.Step(new TimerFired(MachineTimer.Migrate)).Info(s_lame with { ClientConnectUrls = cluster[..2] });
        rig.Step(new TimerFired(MachineTimer.Info)).Fail();
        Assert.Equal(["10.0.0.8", "10.0.0.8"], rig.Dials.Skip(1).Select(dial => dial.Dial.Server.Address.Host));
        Assert.Equal(2, rig.Of<NatsConnectAttemptEvent>().Last().Round);
    }

    [Fact]
    public void The_selector_sees_the_INFO_of_the_session_that_is_left()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { HasSelector = true }, servers: 2).Connect();
        rig.Step(new SelectorReturned(1, null, null, null, TimeSpan.Zero)).Accept(info: new NatsServerInfo { Id = "A" });
        MachineState open = rig.State;
        Assert.Equal("A", rig.Info(s_lame with { Id = "A" }).Until(MachineTimer.Migrate).Did<InvokeSelector>().Info?.Id);
        Transition lost = ConnectionMachine.Step(open, new SessionEnded(1, new SessionEnd(NatsDisconnectReason.ServerClosed), default, default), new Stamp(rig.Now, s_start, 1));
        Assert.Equal("A", lost.Effects.OfType<InvokeSelector>().Single().Info?.Id);
    }

    [Fact]
    public void The_selector_of_a_move_sees_the_session_that_is_open_and_not_the_one_that_was_lost_before_it()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { HasSelector = true }, servers: 2).Connect();
        rig.Step(new SelectorReturned(1, null, null, null, TimeSpan.Zero)).Accept(info: new NatsServerInfo { Id = "A" }).Lose();
        rig.Step(new SelectorReturned(2, null, null, null, TimeSpan.Zero)).Accept(info: new NatsServerInfo { Id = "B" });
        Assert.NotNull(rig.State.Lost);
        Assert.Equal("B", rig.Info(s_lame with { Id = "B" }).Until(MachineTimer.Migrate).Did<InvokeSelector>().Info?.Id);
    }

    [Fact]
    public void A_close_stops_the_second_dial_of_a_move()
    {
        MachineRig rig = new MachineRig(servers: 3).Opened().Info(s_lame).Until(MachineTimer.Migrate);
        Assert.Contains(MachineTimer.Hedge, rig.Timers.Keys);
        Assert.DoesNotContain(MachineTimer.Hedge, rig.Step(new CloseRequested(NatsCloseReason.UserClosed)).Timers.Keys);
    }
}
