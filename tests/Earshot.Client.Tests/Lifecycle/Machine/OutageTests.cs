using System.Net;
using Earshot.Lifecycle;
using Earshot.Sessions;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>A session is lost, or left on purpose, and another one follows.</summary>
public sealed class OutageTests
{
    [Fact]
    public void The_first_attempt_after_a_loss_is_immediate()
    {
        MachineRig rig = new MachineRig().Opened().Lose();
        Assert.Equal(2, rig.Dials.Count);
        Assert.DoesNotContain(NatsEventKind.ReconnectDelay, rig.Kinds);
    }

    [Fact]
    public void A_flapping_server_gets_at_most_10_connections_in_5_seconds()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            MachineRig rig = new MachineRig(seed: seed).Connect();
            while (rig.Now < TimeSpan.FromSeconds(5))
            {
                if (rig.Open.Count > 0)
                {
                    rig.Accept().Lose();
                }

                rig.Advance(10);
            }

            Assert.InRange(rig.Dials.Count(d => d.At <= TimeSpan.FromSeconds(5)), 3, 10);
        }
    }

    [Theory]
    [InlineData(9_999, true)]
    [InlineData(10_000, false)]
    public void Backoff_is_reset_only_after_a_session_of_10_seconds(int lasts, bool waits)
    {
        MachineRig rig = new MachineRig().Opened();
        for (int i = 0; i < 4; i++)
        {
            rig.Lose().Advance(5000).Accept();
        }

        rig.Advance(lasts).Lose();
        Assert.Equal(waits, rig.State.Search.IsWaiting);
        if (waits)
        {
            Assert.Equal(NatsReconnectDelaySource.Throttled, rig.Of<NatsReconnectDelayEvent>().Last().Source);
        }
    }

    [Fact]
    public void Session_stability_timer_runs_only_with_a_pending_backoff()
    {
        MachineRig rig = new MachineRig().Opened();
        Assert.DoesNotContain(MachineTimer.Stable, rig.Timers.Keys);
        rig.Lose().Accept();
        Assert.Contains(MachineTimer.Stable, rig.Timers.Keys);
    }

    [Fact]
    public void A_server_shows_when_its_last_session_began_during_it_and_afterwards()
    {
        MachineRig rig = new MachineRig().Connect();
        Assert.Null(rig.Pool.Single().LastConnected);
        rig.Advance(100).Accept();
        DateTimeOffset began = rig.State.Live!.Server.LastConnected!.Value;
        Assert.Equal(began, rig.Advance(5000).Pool.Single().LastConnected);
        Assert.Equal(began, rig.Lose().Advance(1000).Pool.Single().LastConnected);
        rig.Accept();
        Assert.True(rig.Pool.Single().LastConnected > began);
    }

    [Fact]
    public void A_forced_reconnect_does_not_wait_for_earlier_failures()
    {
        MachineRig rig = new MachineRig().Opened();
        for (int i = 0; i < 4; i++)
        {
            rig.Lose().Advance(5000).Accept();
        }

        rig.Step(new ReconnectRequested(new NatsForceReconnectOptions { Reason = "rotated" })).Lose();
        Assert.Single(rig.Open);
        NatsDisconnectedEvent left = rig.Of<NatsDisconnectedEvent>().Last();
        Assert.Equal((NatsDisconnectReason.ForceReconnect, true), (left.Reason, left.Expected));
    }

    [Fact]
    public void A_forced_reconnect_goes_to_its_target_first()
    {
        MachineRig rig = new MachineRig(servers: 3).Opened();
        rig.Step(new ReconnectRequested(new NatsForceReconnectOptions { Target = MachineRig.Url(3) }));
        Assert.Equal(MachineRig.Url(3), rig.Of<NatsForceReconnectEvent>().Single().Target!.Url);
        rig.Lose();
        Assert.Equal("10.0.0.3", rig.Open.Values.Single().Server.Address.Host);
        Assert.Equal(NatsServerSelectionSource.ForcedTarget, rig.Of<NatsConnectAttemptEvent>().Last().SelectedBy);
        rig.Fail();
        Assert.Equal("10.0.0.2", rig.Open.Values.Single().Server.Address.Host);
        rig.Accept().Lose().Advance(5000);
        Assert.Equal(NatsServerSelectionSource.Pool, rig.Of<NatsConnectAttemptEvent>().Last().SelectedBy);
    }

    [Fact]
    public void A_target_outside_the_pool_is_rejected_and_the_pool_decides()
    {
        MachineRig rig = new MachineRig().Opened();
        rig.Step(new ReconnectRequested(new NatsForceReconnectOptions { Target = new Uri("nats://elsewhere:1") })).Lose();
        Assert.Equal(new Uri("nats://elsewhere:1"), rig.Of<NatsServerSelectionRejectedEvent>().Single().Requested);
        Assert.Single(rig.Open);
    }

    [Fact]
    public void A_reconnect_that_is_requested_while_waiting_ends_the_wait()
    {
        MachineRig rig = new MachineRig().Opened().Lose().Fail();
        Assert.Empty(rig.Open);
        rig.Step(new ReconnectRequested(new NatsForceReconnectOptions()));
        Assert.Single(rig.Open);
        Assert.DoesNotContain(MachineTimer.Backoff, rig.Timers.Keys);
    }

    [Fact]
    public void Lost_server_is_last_and_lame_ducks_before_it()
    {
        MachineRig rig = new MachineRig(servers: 3).Opened();
        rig.Lose().Fail().Fail();
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.1"], rig.Dials.Select(d => d.Dial.Server.Address.Host));
    }

    [Fact]
    public void Resubscribed_reports_when_the_server_has_not_confirmed()
    {
        MachineRig rig = new MachineRig().Opened().Lose().Accept();
        rig.Lose();
        NatsResubscribedEvent unconfirmed = rig.Of<NatsResubscribedEvent>().Single();
        Assert.False(unconfirmed.ServerConfirmed);
        Assert.Equal(1, unconfirmed.OutageId);
        rig.Advance(5000).Accept().Confirm();
        Assert.True(rig.Of<NatsResubscribedEvent>().Last().ServerConfirmed);
        Assert.Equal([1, 1, 2, 2], rig.Events.Where(e => e.Kind is NatsEventKind.Disconnected or NatsEventKind.Resubscribed).Select(e => e.OutageId));
        rig.AssertGrammar();
    }

    [Fact]
    public void Sessions_are_numbered_and_facts_of_old_ones_are_ignored()
    {
        MachineRig rig = new MachineRig().Opened().Lose().Accept().Confirm();
        int events = rig.Events.Count;
        rig.Step(new SessionEnded(1, new SessionEnd(NatsDisconnectReason.SocketError), default, default));
        rig.Step(new InfoReceived(1, new NatsServerInfo { LameDuckMode = true }));
        rig.Step(new ReplayConfirmed(1, 9, 9, default, default, default));
        Assert.Equal(events, rig.Events.Count);
        Assert.Equal([1, 2], rig.Events.Where(e => e.Kind is NatsEventKind.Connected or NatsEventKind.Reconnected).Select(e => e.SessionId));
    }

    [Fact]
    public void Exactly_the_first_list_of_a_cluster_is_initial()
    {
        MachineRig rig = new MachineRig().Connect().Accept(info: new NatsServerInfo { ClientConnectUrls = ["10.0.0.1:4222", "10.0.0.2:4222"] });
        rig.Info(new NatsServerInfo { IsConnectInfo = true, ClientConnectUrls = ["10.0.0.1:4222", "10.0.0.2:4222", "10.0.0.3:4222"] });
        Assert.Equal([true, false], rig.Of<NatsDiscoveredServersEvent>().Select(e => e.Initial));
        Assert.Equal([NatsEventKind.Connected, NatsEventKind.DiscoveredServers, NatsEventKind.ServerPoolChanged], rig.Kinds.Skip(2).Take(3));
    }

    [Fact]
    public void The_list_of_the_second_info_can_be_the_first()
    {
        MachineRig rig = new MachineRig().Opened();
        rig.Info(new NatsServerInfo { IsConnectInfo = true, ClientConnectUrls = ["10.0.0.2:4222"] });
        rig.Info(new NatsServerInfo { ClientConnectUrls = ["10.0.0.2:4222", "10.0.0.3:4222"] }).Until(MachineTimer.Info);
        Assert.Equal([true, false], rig.Of<NatsDiscoveredServersEvent>().Select(e => e.Initial));
    }

    [Fact]
    public void Hostile_addresses_are_reported_and_ignored()
    {
        MachineRig rig = new MachineRig().Opened();
        int size = rig.State.Pool.Servers.Length;
        rig.Info(new NatsServerInfo { ClientConnectUrls = ["", "a b:4222", "10.0.0.1:99999", "x:-1", "evil:4222\r\nPUB x 0"] });
        Assert.Equal(size, rig.State.Pool.Servers.Length);
        Assert.Equal(5, rig.Of<NatsConfigurationWarningEvent>().Count());
        Assert.DoesNotContain(NatsEventKind.ServerPoolChanged, rig.Kinds);
    }

    [Fact]
    public void Replacing_the_pool_with_a_reconnect_migrates_to_it()
    {
        MachineRig rig = new MachineRig().Opened();
        rig.Step(new ServersReplaced([.. MachineRig.Addresses(1, from: 5)], Reconnect: true)).Lose();
        Assert.Equal("10.0.0.5", rig.Open.Values.Single().Server.Address.Host);
        Assert.Equal(NatsServerPoolChangeSource.SetServerPool, rig.Of<NatsServerPoolChangedEvent>().Single().Source);
        rig.Accept().Confirm();
        Assert.False(rig.Of<NatsReconnectedEvent>().Single().SameServer);
    }

    [Fact]
    public void Waits_before_servers_that_accept_and_close_are_at_least_half_of_their_ceiling()
    {
        TimeSpan[] waits = [.. Enumerable.Range(0, 200).Select(seed => new MachineRig(seed: seed).Opened().Lose().Accept().Lose().Of<NatsReconnectDelayEvent>().Single().Delay)];
        Assert.InRange(waits.Min().TotalMilliseconds, 125, 135);
        Assert.InRange(waits.Max().TotalMilliseconds, 240, 250);
    }

    [Fact]
    public void A_target_of_a_forced_reconnect_is_not_replaced_before_its_time()
    {
        MachineRig rig = new MachineRig(servers: 6).Opened();
        rig.Step(new ReconnectRequested(new NatsForceReconnectOptions { Target = MachineRig.Url(6) })).Lose().Advance(750);
        Assert.Contains(rig.Open.Values, dial => dial.Server.Address.Host == "10.0.0.6");
    }

    [Fact]
    public void The_INFO_of_an_attempt_is_kept_until_another_one_comes()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect();
        rig.Step(new AttemptProgressed(1, NatsConnectPhase.Tls) { Info = new NatsServerInfo { Id = "A" } }).Step(new AttemptProgressed(1, NatsConnectPhase.Authentication)).Fail();
        Assert.Equal("A", rig.Of<NatsConnectAttemptFailedEvent>().Last().ServerId);
        rig.Step(new AttemptProgressed(2, NatsConnectPhase.Tls) { Info = new NatsServerInfo { Id = "A" } }).Step(new AttemptProgressed(2, NatsConnectPhase.Authentication) { Info = new NatsServerInfo { Id = "B" } }).Fail();
        Assert.Equal("B", rig.Of<NatsConnectAttemptFailedEvent>().Last().ServerId);
    }

    [Fact]
    public void Only_an_attempt_on_the_same_server_keeps_a_failure_from_counting()
    {
        MachineRig rig = new MachineRig(servers: 3).Connect().Advance(250);
        rig.Step(new AddressesResolved(2, [IPAddress.Loopback, IPAddress.IPv6Loopback], new IPEndPoint(IPAddress.Loopback, 4222))).Fail(attempt: 1);
        Assert.Equal([1, 0, 0], rig.Pool.Select(server => server.Attempts));
    }

    [Fact]
    public void Without_a_limit_of_attempts_per_server_none_is_parked_and_a_parked_one_is_parked_once()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxAttemptsPerServer = 0 }, servers: 3).Connect().Fail().Fail().Accept();
        Assert.DoesNotContain(rig.Pool, server => server.IsParked);

        rig = new MachineRig(MachineRig.Options with { MaxAttemptsPerServer = 1 }, servers: 3).Connect().Fail().Accept();
        rig.Lose().Accept();
        Assert.Equal([true, false, false], rig.Pool.Select(server => server.IsParked));
        Assert.Single(rig.Of<NatsMaxReconnectsReachedEvent>());
    }

    [Fact]
    public void Events_after_an_outage_do_not_belong_to_it()
    {
        MachineRig rig = new MachineRig().Opened().Lose().Accept().Confirm().Info(new NatsServerInfo { MaxPayload = 7 });
        Assert.Equal((1, 0), (rig.Of<NatsResubscribedEvent>().Single().OutageId, rig.Of<NatsServerInfoUpdatedEvent>().Single().OutageId));
        Assert.False(rig.State.IsInOutage);
    }
}
