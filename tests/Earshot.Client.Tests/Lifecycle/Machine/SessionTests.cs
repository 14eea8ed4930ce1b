using System.Collections.Immutable;
using System.Net;
using Earshot.Lifecycle;
using Earshot.Outbound;
using Earshot.Servers;
using Earshot.Sessions;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>What the events of the begin and the end of a session contain.</summary>
public sealed class SessionTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly NatsServerInfo s_lame = new() { Id = "A", LameDuckMode = true };

    [Fact]
    public void The_end_of_a_session_is_reported_with_all_that_is_known_of_it()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 5, ReconnectTimeLimit = TimeSpan.FromSeconds(90) }, servers: 3).Advance(1000).Opened().Advance(4000);
        var cause = new IOException("reset");
        var error = new NatsServerError { Code = NatsServerErrorCode.StaleConnection, Text = "Stale Connection" };
        var unsent = new UnsentSummary(1, 2, 3, 4, 0) { UncertainMessages = 5, UncertainBytes = 6 };
        rig.Step(new SessionEnded(1, new SessionEnd(NatsDisconnectReason.SocketError, cause, error) { SuspectedCause = "a proxy" }, unsent, new SessionEndInfo(7, 8, s_start.AddSeconds(4))));

        NatsDisconnectedEvent lost = rig.Of<NatsDisconnectedEvent>().Single();
        Assert.Equal((NatsDisconnectReason.SocketError, cause, error, "a proxy"), (lost.Reason, lost.Exception, lost.ServerError, lost.SuspectedCause));
        Assert.Equal((TimeSpan.FromSeconds(4), true, false, false), (lost.SessionUptime, lost.WillReconnect, lost.Expected, lost.DuringLameDuck));
        Assert.Equal((2L, 1L, 5L, 6L), (lost.PendingBytes, lost.PendingMessages, lost.UncertainMessages, lost.UncertainBytes));
        Assert.Equal((7, 8, s_start.AddSeconds(4)), (lost.InFlightRequests, lost.Subscriptions, lost.LastInbound));
        Assert.Equal(("N10.0.0.1", null, 1), (lost.ServerId, lost.ClientId, lost.OutageId));
        NatsReconnectingEvent reconnecting = rig.Of<NatsReconnectingEvent>().Single();
        Assert.Equal((NatsDisconnectReason.SocketError, 3, 5, TimeSpan.FromSeconds(90)), (reconnecting.Cause, reconnecting.PoolSize, reconnecting.MaxAttempts, reconnecting.TimeLimit));
        FailInFlight failed = rig.Did<FailInFlight>();
        Assert.Equal((cause, unsent, false), (failed.End.Exception, failed.Unsent, failed.KeepRequests));
        NatsPendingDiscardedEvent discarded = rig.Of<NatsPendingDiscardedEvent>().Single();
        Assert.Equal((3L, 4L, NatsPendingDiscardReason.PartialWrite), (discarded.Messages, discarded.Bytes, discarded.Cause));
        Assert.Same(cause, rig.State.LastError);
    }

    [Fact]
    public void A_loss_without_limits_and_without_partial_writes_reports_none()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = -1 }).Opened().Lose();
        Assert.Null(rig.Of<NatsReconnectingEvent>().Single().MaxAttempts);
        Assert.Empty(rig.Of<NatsPendingDiscardedEvent>());
        Assert.Null(rig.State.LastError);
    }

    [Theory]
    [InlineData(0, NatsConnectionState.Failed, 0)]
    [InlineData(-1, NatsConnectionState.Reconnecting, 1)]
    public void A_loss_moves_to_the_state_that_follows_and_counts_an_outage_only_where_one_begins(int limit, NatsConnectionState expected, int outages)
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = limit }).Opened().Lose();
        Assert.Equal((expected, outages), (rig.Of<NatsDisconnectedEvent>().Single().State, rig.Of<NatsDisconnectedEvent>().Single().OutageId));
        Assert.Equal((outages, outages), (rig.State.Outages, rig.State.OutageId));
    }

    [Theory]
    [InlineData(9_999, 1)]
    [InlineData(10_000, 0)]
    public void A_first_session_counts_as_stable_from_exactly_10_s(int lasts, int expected) =>
        Assert.Equal(expected, new MachineRig().Advance(5000).Opened().Advance(lasts).Lose().State.BackoffRound);

    [Fact]
    public void A_short_session_raises_the_backoff_unless_this_side_ended_it()
    {
        MachineRig rig = new MachineRig().Opened().Lose().Accept();
        Assert.Equal(1, rig.State.BackoffRound);
        rig.Step(new ReconnectRequested(new NatsForceReconnectOptions())).Lose();
        Assert.Equal(1, rig.State.BackoffRound);
        Assert.Equal(2, rig.Accept().Lose().State.BackoffRound);
    }

    [Fact]
    public void The_last_failure_is_kept_through_a_loss_without_a_cause()
    {
        var cause = new IOException("reset");
        MachineRig rig = new MachineRig(servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate).Fail();
        Exception attempt = rig.State.LastError!;
        Assert.Same(attempt, rig.Lose().State.LastError);

        rig = new MachineRig(servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate).Fail();
        Assert.Same(cause, rig.Lose(new SessionEnd(NatsDisconnectReason.SocketError, cause)).State.LastError);
    }

    [Fact]
    public void The_reason_of_this_side_counts_unless_the_session_failed_with_an_exception()
    {
        var end = new SessionEnd(NatsDisconnectReason.SocketError);
        Assert.Equal(NatsDisconnectReason.ForceReconnect, Leaving().Lose(end).Of<NatsDisconnectedEvent>().Single().Reason);
        Assert.Equal(NatsDisconnectReason.SocketError, Leaving().Lose(end with { Exception = new IOException("reset") }).Of<NatsDisconnectedEvent>().Single().Reason);

        static MachineRig Leaving() => new MachineRig().Opened().Step(new ReconnectRequested(new NatsForceReconnectOptions()));
    }

    [Theory]
    [InlineData(true, NatsDisconnectReason.ServerClosed, null, NatsDisconnectReason.LameDuck, "the server was in lame duck mode")]
    [InlineData(true, NatsDisconnectReason.ServerClosed, "an operator", NatsDisconnectReason.LameDuck, "an operator")]
    [InlineData(true, NatsDisconnectReason.SocketError, null, NatsDisconnectReason.SocketError, null)]
    [InlineData(false, NatsDisconnectReason.ServerClosed, null, NatsDisconnectReason.ServerClosed, null)]
    public void An_end_is_put_down_to_lame_duck_mode_where_the_server_closed_in_it(bool lame, NatsDisconnectReason reason, string? suspected, NatsDisconnectReason expected, string? cause)
    {
        MachineRig rig = new MachineRig().Opened();
        rig = (lame ? rig.Info(s_lame) : rig).Lose(new SessionEnd(reason) { SuspectedCause = suspected });
        NatsDisconnectedEvent lost = rig.Of<NatsDisconnectedEvent>().Single();
        Assert.Equal((expected, cause, lame), (lost.Reason, lost.SuspectedCause, lost.DuringLameDuck));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Requests_stay_in_flight_only_where_a_successor_takes_over_as_planned(bool hasSuccessor, bool isPlanned)
    {
        MachineRig rig = new MachineRig(servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate);
        rig = hasSuccessor ? rig.Accept().Step(new HandoverReady(1)) : rig;
        rig.Lose(new SessionEnd(isPlanned ? NatsDisconnectReason.LameDuck : NatsDisconnectReason.SocketError));
        Assert.Equal(hasSuccessor && isPlanned, rig.Did<FailInFlight>().KeepRequests);
    }

    [Fact]
    public void A_dial_of_a_migration_is_dropped_when_the_session_ends_and_none_may_follow()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 0 }, servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate).Lose();
        Assert.Equal(2, rig.Did<DropAttempt>().AttemptId);
        Assert.Equal(NatsCloseReason.ReconnectDisabled, rig.Over!.Reason);
    }

    [Fact]
    public void The_dial_of_a_migration_that_becomes_the_search_of_an_outage_is_joined_by_servers_that_are_not_dialled()
    {
        MachineRig rig = new MachineRig(servers: 3).Opened().Info(s_lame).Until(MachineTimer.Migrate).Lose();
        Assert.Equal([3, 1], rig.State.Search.Queue.Select(next => (int)rig.State.Pool.Find(next.ServerId)!.Address.Host[^1] - '0'));
        Assert.Equal((1, 1), (rig.State.Search.ServerAttempts, rig.State.Search.Attempts));
        Assert.Contains(MachineTimer.Hedge, rig.Timers.Keys);

        rig = new MachineRig(servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate);
        Assert.DoesNotContain(MachineTimer.Hedge, rig.Timers.Keys);
        Assert.Contains(MachineTimer.Hedge, rig.Lose().Timers.Keys);
    }

    [Fact]
    public void A_session_that_is_lost_while_its_migration_waits_begins_a_search_without_that_wait()
    {
        MachineRig rig = new MachineRig(servers: 2).Opened().Advance(10_000).Info(s_lame).Until(MachineTimer.Migrate).Fail().Lose();
        Assert.DoesNotContain(MachineTimer.Backoff, rig.Timers.Keys);
        Assert.Single(rig.Open);
    }

    [Fact]
    public void A_drain_that_waits_for_a_session_has_the_shorter_of_its_own_time_and_that_of_the_outage()
    {
        Assert.Equal(TimeSpan.FromSeconds(20), Limit(TimeSpan.FromSeconds(90)));
        Assert.Equal(TimeSpan.FromSeconds(5), Limit(TimeSpan.FromSeconds(5)));
        Assert.Equal(TimeSpan.FromSeconds(20), Limit(null));

        static TimeSpan Limit(TimeSpan? limit)
        {
            MachineRig rig = new MachineRig(MachineRig.Options with { ReconnectTimeLimit = limit }).Advance(7000).Opened().Step(new DrainRequested(TimeSpan.FromSeconds(30), 0));
            rig.Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 0, [])).Advance(10_000).Lose();
            return rig.Timers[MachineTimer.TimeLimit] - rig.Now;
        }
    }

    [Fact]
    public void The_first_session_is_attached_read_and_reported_with_its_duration_and_endpoint()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { RetryOnInitialConnect = true }).Advance(3000).Connect();
        rig.Pass(TimeSpan.FromSeconds(1));
        rig.Fail().NextRound();
        TimeSpan began = rig.Now;
        rig.Accept();
        AttachSession attached = rig.Did<AttachSession>();
        Assert.Equal((2, 1, false, default), (attached.AttemptId, attached.SessionId, attached.ConfirmReplay, attached.LossFrom));
        Assert.Equal(1, rig.Did<StartReading>().SessionId);
        rig.Did<ConnectSucceeded>();
        NatsConnectedEvent connected = rig.Of<NatsConnectedEvent>().Single();
        Assert.Equal((began - TimeSpan.FromSeconds(3), 2, 2), (connected.Duration, connected.Attempts, connected.AttemptId));
        Assert.Equal((new IPEndPoint(IPAddress.Loopback, 4222), 0, null), ((IPEndPoint?)connected.Server.Endpoint, connected.Server.Attempts, connected.Server.LastError));
    }

    [Fact]
    public void A_session_without_an_endpoint_of_its_own_shows_that_of_its_attempt()
    {
        MachineRig rig = new MachineRig().Connect();
        var first = new IPEndPoint(IPAddress.IPv6Loopback, 4222);
        rig.Step(new AddressesResolved(1, [IPAddress.IPv6Loopback], first)).Step(new AttemptEstablished(1, new NatsServerInfo(), null, new NatsConnectTimings()));
        Assert.Equal(first, rig.Of<NatsConnectedEvent>().Single().Server.Endpoint);

        rig = new MachineRig().Connect().Step(new AddressesResolved(1, [IPAddress.IPv6Loopback], first)).Accept();
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 4222), rig.Of<NatsConnectedEvent>().Single().Server.Endpoint);
    }

    [Fact]
    public void A_later_session_confirms_its_replay_and_is_reported_with_the_outage_that_it_ends()
    {
        MachineRig rig = new MachineRig(servers: 2).Advance(1000).Opened().Advance(10_000);
        var unsent = new UnsentSummary(0, 0, 0, 0, 0) { UncertainMessages = 5, UncertainBytes = 6 };
        rig.Step(new SessionEnded(1, new SessionEnd(NatsDisconnectReason.ServerClosed), unsent, new SessionEndInfo(0, 0, s_start.AddSeconds(10))));
        rig.Pass(TimeSpan.FromSeconds(1));
        rig.Fail();
        rig.Pass(TimeSpan.FromSeconds(1));
        rig.Accept(info: new NatsServerInfo { Id = "other" });

        AttachSession attached = rig.Did<AttachSession>();
        Assert.Equal((3, 2, true, s_start.AddSeconds(10)), (attached.AttemptId, attached.SessionId, attached.ConfirmReplay, attached.LossFrom));
        Assert.Equal(2, rig.Did<StartReading>().SessionId);
        rig.Did<ConnectSucceeded>();
        Assert.Empty(rig.Effects.OfType<ReconnectSucceeded>());
        NatsReconnectedEvent reconnected = rig.Of<NatsReconnectedEvent>().Single();
        Assert.Equal((TimeSpan.FromSeconds(2), 2, true, true), (reconnected.OutageDuration, reconnected.Attempts, reconnected.SameServer, reconnected.ServerRestarted));
        Assert.Equal((TimeSpan.FromSeconds(2), NatsConnectionState.Open), (rig.State.Downtime, reconnected.State));

        var window = new NatsLossWindow(default, s_start.AddSeconds(14));
        rig.Step(new ReplayConfirmed(2, 4, 1, TimeSpan.FromSeconds(3), window, new UnsentSummary(9, 99, 0, 0, 0)));
        NatsResubscribedEvent resubscribed = rig.Of<NatsResubscribedEvent>().Single();
        Assert.Equal((4, 1, TimeSpan.FromSeconds(3), true), (resubscribed.Count, resubscribed.Denied, resubscribed.Duration, resubscribed.ServerConfirmed));
        Assert.Equal((s_start.AddSeconds(10), s_start.AddSeconds(14)), (resubscribed.Window.From, resubscribed.Window.To));
        Assert.Equal((5L, 6L), (resubscribed.Window.UncertainMessages, resubscribed.Window.UncertainBytes));
        NatsPendingReplayedEvent replayed = rig.Of<NatsPendingReplayedEvent>().Single();
        Assert.Equal((9L, 99L, TimeSpan.FromSeconds(3), 0), (replayed.Messages, replayed.Bytes, replayed.Duration, replayed.OutageId));
        rig.Did<ReconnectSucceeded>();
        Assert.Empty(rig.Confirm().Effects);
    }

    [Theory]
    [InlineData(0, "A", true, false)]
    [InlineData(0, "B", true, true)]
    [InlineData(1, "B", false, false)]
    public void Only_the_same_server_with_another_id_was_restarted(int failures, string id, bool same, bool restarted)
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Accept(info: new NatsServerInfo { Id = "A" }).Advance(10_000).Lose();
        rig = failures == 0 ? rig.Fail() : rig;
        rig.Accept(info: new NatsServerInfo { Id = id });
        Assert.Equal((same, restarted), (rig.Of<NatsReconnectedEvent>().Single().SameServer, rig.Of<NatsReconnectedEvent>().Single().ServerRestarted));
    }

    [Theory]
    [InlineData("nats-0", "10.9.9.1", true)]
    [InlineData("nats-0", "10.9.9.2", true)] // a container that was started again has another address
    [InlineData("nats-1", "10.9.9.2", false)]
    [InlineData("nats-1", "10.9.9.1", false)] // behind a load balancer
    [InlineData("B", "10.9.9.1", true)]
    [InlineData("B", "10.9.9.2", false)] // a server without a name has its id for one
    [InlineData("", "10.9.9.2", false)]
    public void Several_servers_behind_one_name_are_distinguished_by_their_own_names_or_addresses(string name, string address, bool same)
    {
        MachineRig rig = new MachineRig().Connect();
        Open(rig, "A", name is "B" or "" ? "A" : "nats-0", "10.9.9.1").Advance(10_000).Lose();
        Open(rig, "B", name, address);

        Assert.Equal((same, same), (rig.Of<NatsReconnectedEvent>().Single().SameServer, rig.Of<NatsReconnectedEvent>().Single().ServerRestarted));

        static MachineRig Open(MachineRig rig, string id, string name, string address) =>
            rig.Step(new AttemptEstablished(rig.Open.Keys.Min(), new NatsServerInfo { Id = id, Name = name }, new IPEndPoint(IPAddress.Parse(address), 4222), new NatsConnectTimings()));
    }

    [Fact]
    public void An_unconfirmed_session_ends_its_outage_with_how_long_it_lasted_and_a_confirmed_one_without_pending_replays_none()
    {
        MachineRig rig = new MachineRig().Advance(1000).Opened().Advance(10_000).Lose().Accept();
        rig.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), rig.Lose().Of<NatsResubscribedEvent>().Single().Duration);
        rig.Advance(10_000).Accept().Confirm();
        Assert.Empty(rig.Of<NatsPendingReplayedEvent>());
    }

    [Fact]
    public void A_session_that_follows_while_draining_continues_the_drain()
    {
        MachineRig rig = new MachineRig().Opened().Step(new DrainRequested(TimeSpan.FromSeconds(30), 0)).Lose().Accept();
        Assert.Equal((NatsConnectionState.DrainingSubscriptions, NatsConnectionState.DrainingSubscriptions), (rig.State.State, rig.Of<NatsReconnectedEvent>().Single().State));
    }

    [Fact]
    public void A_server_without_history_is_shown_by_the_object_that_all_connections_share()
    {
        ImmutableArray<ServerAddress> addresses = [.. MachineRig.Addresses(2)];
        MachineRig rig = new(MachineRig.Options with { InitialViews = MachineOptions.CreateInitialViews(addresses) }, servers: 2);
        PoolServer server = rig.State.Pool.Servers[0];
        NatsServer shared = rig.State.Options.InitialViews[addresses[0]];
        var views = new ServerViews(rig.State, rig.Now, s_start);

        Assert.Same(shared, views.Of(server));
        Assert.Equal("N", views.Of(server, info: new NatsServerInfo { Id = "N" }).Id);
        Assert.Equal(1, ((IPEndPoint?)views.Of(server, new IPEndPoint(IPAddress.Loopback, 1)).Endpoint)?.Port);
        Assert.Equal(s_start, views.Of(server, connected: rig.Now).LastConnected);
        Assert.NotSame(shared, views.Of(server with { Attempts = 1 }));
    }

    [Fact]
    public void A_move_to_a_successor_without_any_reconnects_names_that_limit()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 0 }, servers: 2).Opened().Info(s_lame).Until(MachineTimer.Migrate).Accept().Lose();
        Assert.Equal((0, 2), (rig.Of<NatsReconnectingEvent>().Single().MaxAttempts, rig.State.SessionId));
    }

    [Fact]
    public void The_limit_of_an_outage_ends_with_it()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { ReconnectTimeLimit = TimeSpan.FromSeconds(90) }).Opened().Lose();
        Assert.Contains(MachineTimer.TimeLimit, rig.Timers.Keys);
        Assert.DoesNotContain(MachineTimer.TimeLimit, rig.Accept().Timers.Keys);
    }
}
