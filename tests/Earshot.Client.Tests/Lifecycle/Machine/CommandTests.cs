using System.Net;
using Earshot.Lifecycle;
using Earshot.Servers;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>Requests of the application, in each state: to connect, to reconnect, to use other servers.</summary>
public sealed class CommandTests
{
    private static readonly MachineOptions s_retrying = MachineRig.Options with { RetryOnInitialConnect = true };
    private static readonly DrainRequested s_drain = new(TimeSpan.FromSeconds(30), 2);
    private static readonly NatsServerInfo s_lame = new() { LameDuckMode = true };

    [Fact]
    public void Connecting_succeeds_immediately_wherever_there_is_a_session()
    {
        MachineRig rig = new MachineRig().Opened().Connect();
        Assert.IsType<ConnectSucceeded>(Assert.Single(rig.Effects));
        rig.Step(s_drain).Connect();
        Assert.Equal(NatsConnectionState.DrainingSubscriptions, rig.State.State);
        Assert.IsType<ConnectSucceeded>(Assert.Single(rig.Effects));
        rig.Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, [])).Connect();
        Assert.Equal(NatsConnectionState.DrainingPublishers, rig.State.State);
        Assert.IsType<ConnectSucceeded>(Assert.Single(rig.Effects));
    }

    [Fact]
    public void Connecting_changes_nothing_while_a_session_is_looked_for()
    {
        MachineRig rig = new MachineRig().Connect();
        Assert.Empty(rig.Effects.OfType<ConnectSucceeded>());
        Assert.Empty(rig.Connect().Effects);
        Assert.Empty(rig.Accept().Lose().Connect().Effects);
    }

    [Fact]
    public void Connecting_does_not_succeed_during_a_drain_without_a_session()
    {
        MachineRig rig = new MachineRig().Connect().Step(s_drain);
        Assert.Equal(NatsConnectionState.DrainingSubscriptions, rig.State.State);
        Assert.Empty(rig.Connect().Effects);
    }

    [Fact]
    public void A_forced_reconnect_ends_the_session_and_reports_what_was_requested()
    {
        var options = new NatsForceReconnectOptions { Reason = "rotated", Target = MachineRig.Url(2) };
        MachineRig rig = new MachineRig(servers: 2).Opened().Step(new ReconnectRequested(options));
        Assert.Equal(NatsDisconnectReason.ForceReconnect, rig.Did<EndSession>().Reason.Reason);
        NatsForceReconnectEvent reported = rig.Of<NatsForceReconnectEvent>().Single();
        Assert.Equal(("rotated", MachineRig.Url(2), options), (reported.Reason, reported.Target?.Url, reported.Options));
        Assert.Equal((NatsDisconnectReason.ForceReconnect, NatsConnectionState.Open), (rig.State.Ending!.Value, rig.State.State));

        Assert.Empty(rig.Step(new ReconnectRequested(options)).Effects);
    }

    [Fact]
    public void A_target_that_is_not_in_the_pool_is_rejected_with_the_reason()
    {
        MachineRig rig = new MachineRig().Opened().Step(new ReconnectRequested(new NatsForceReconnectOptions { Target = MachineRig.Url(7) }));
        Assert.Equal("the server is not in the pool", rig.Of<NatsServerSelectionRejectedEvent>().Single().Reason);
        Assert.Null(rig.Of<NatsForceReconnectEvent>().Single().Target);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Replacing_the_servers_leaves_the_session_only_when_that_is_requested(bool reconnect)
    {
        MachineRig rig = new MachineRig().Opened().Step(new ServersReplaced([.. MachineRig.Addresses(1, from: 5)], reconnect));
        Assert.Equal(reconnect, rig.Ordered is not null);
        Assert.Equal(reconnect ? ["server pool replaced"] : [], rig.Of<NatsForceReconnectEvent>().Select(e => e.Reason));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Replacing_the_servers_ends_the_wait_between_two_rounds(bool reconnect)
    {
        MachineRig rig = new MachineRig().Opened().Lose().Fail().Step(new ServersReplaced([.. MachineRig.Addresses(1, from: 5)], reconnect));
        Assert.Equal("10.0.0.5", rig.Open.Values.Single().Server.Address.Host);
        Assert.DoesNotContain(MachineTimer.Backoff, rig.Timers.Keys);
    }

    [Fact]
    public void Servers_that_replace_others_are_dialled_in_the_same_round_and_those_that_left_are_not()
    {
        MachineRig rig = new MachineRig(s_retrying, servers: 3).Connect();
        ServerAddress[] kept = [.. MachineRig.Addresses(1, from: 3), .. MachineRig.Addresses(1, from: 9)];
        rig.Step(new ServersReplaced([.. kept], Reconnect: false)).Fail().Fail();

        Assert.Equal(["10.0.0.1", "10.0.0.3", "10.0.0.9"], rig.Dials.Select(dial => dial.Dial.Server.Address.Host));
        Assert.All(rig.Of<NatsConnectAttemptEvent>(), attempt => Assert.Equal(1, attempt.Round));
    }

    [Fact]
    public void Further_addresses_of_a_server_that_has_left_the_pool_are_not_waited_for()
    {
        MachineRig rig = new MachineRig(s_retrying, servers: 2).Connect().Fail();
        rig.Step(new ServersReplaced([.. MachineRig.Addresses(1)], Reconnect: false));
        rig.Step(new AddressesResolved(2, [IPAddress.Loopback, IPAddress.IPv6Loopback], new IPEndPoint(IPAddress.Loopback, 4222)));

        Assert.Empty(rig.State.Search.Queue);
        Assert.DoesNotContain(MachineTimer.Hedge, rig.Timers.Keys);
    }

    [Fact]
    public void A_first_connect_whose_last_dial_is_open_continues_with_servers_that_are_added()
    {
        MachineRig rig = new MachineRig().Connect().Step(new ServersReplaced([.. MachineRig.Addresses(1, from: 9)], Reconnect: false)).Fail();
        Assert.Equal("10.0.0.9", rig.Open.Values.Single().Server.Address.Host);
        Assert.Equal(1, rig.Of<NatsConnectAttemptEvent>().Last().Round);
    }

    [Fact]
    public void A_dial_without_progress_is_joined_by_one_to_a_server_that_is_added_meanwhile()
    {
        MachineRig rig = new MachineRig().Connect().Advance(1000).Step(new ServersReplaced([.. MachineRig.Addresses(1, from: 9)], Reconnect: false)).Advance(1);
        Assert.Equal(["10.0.0.1", "10.0.0.9"], rig.Open.Values.Select(dial => dial.Server.Address.Host));
        Assert.Equal(NatsConnectionState.Open, rig.Accept(2).State.State);
    }

    [Fact]
    public void A_lame_server_is_left_once_the_servers_are_replaced_by_others()
    {
        MachineRig rig = new MachineRig().Opened().Info(s_lame);
        Assert.DoesNotContain(MachineTimer.Migrate, rig.Timers.Keys);
        rig.Step(new ServersReplaced([.. MachineRig.Addresses(1, from: 5)], Reconnect: false));
        Assert.Contains(MachineTimer.Migrate, rig.Timers.Keys);
    }

    [Fact]
    public void A_new_run_begins_with_no_outage_no_cluster_and_no_session()
    {
        NatsServerInfo cluster = new() { Id = "N", ClientConnectUrls = ["10.0.0.1:4222", "10.0.0.9:4222"] };
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 1 }).Connect().Accept(info: cluster).Lose().Fail();
        Assert.Equal((NatsConnectionState.Failed, 1, false), (rig.State.State, rig.Over!.Outages, rig.State.IsInOutage));
        Assert.Empty(rig.Step(new ServersReplaced([.. MachineRig.Addresses(1, from: 4)], Reconnect: false)).Effects); // nothing comes after Closed

        rig.Connect();
        Assert.All(rig.Effects.OfType<Emit>(), emit => Assert.Equal(0, emit.Move.OutageId));
        Assert.Equal([MachineRig.Url(4)], rig.Of<NatsConnectingEvent>().Last().Servers);
        Assert.True(rig.Of<NatsConnectAttemptEvent>().Last().Initial);
        rig.Accept(info: cluster with { ClientConnectUrls = ["10.0.0.8:4222"] });
        Assert.Equal([true, true], rig.Of<NatsDiscoveredServersEvent>().Select(e => e.Initial));
        Assert.Equal([true, false, true], rig.Of<NatsConnectAttemptEvent>().Select(e => e.Initial));
    }

    [Fact]
    public void The_stability_timer_resets_the_backoff_of_a_session_and_of_no_outage()
    {
        MachineRig rig = new MachineRig().Opened().Lose().Accept();
        Assert.Equal(1, rig.State.BackoffRound);
        rig.Until(MachineTimer.Stable);
        Assert.Equal(0, rig.State.BackoffRound);

        rig = new MachineRig().Opened().Lose().Step(new TimerFired(MachineTimer.Stable));
        Assert.Equal(1, rig.State.BackoffRound);
    }

    [Fact]
    public void Timers_that_fire_late_change_nothing()
    {
        foreach (MachineTimer timer in Enum.GetValues<MachineTimer>().Where(timer => timer != MachineTimer.Stable))
        {
            MachineRig open = new MachineRig(servers: 2).Opened();
            Assert.Empty(Fire(open, timer).Effects);
            Assert.Empty(Fire(open.Info(s_lame).Step(s_drain), timer).Effects);
            Assert.Equal(Search.None, open.State.Search);
            MachineRig migrating = Fire(new MachineRig(servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate), timer);
            Assert.All(migrating.Effects, effect => Assert.IsType<StopTimer>(effect));
            Assert.Equal(2, migrating.Dials.Count);
        }
    }

    private static MachineRig Fire(MachineRig rig, MachineTimer timer)
    {
        rig.Timers.Remove(timer);
        return rig.Step(new TimerFired(timer));
    }
}
