using System.Net;
using Earshot.Lifecycle;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>When a connection gives up, and the events that it emits then.</summary>
public sealed class GiveUpTests
{
    private static readonly NatsServerError s_refused = new() { Code = NatsServerErrorCode.AuthorizationViolation, Text = "Authorization Violation" };

    [Fact]
    public void A_failed_first_connect_lists_every_server_with_its_phase()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Fail().Fail(error: s_refused);
        NatsConnectionFailedException failure = Assert.IsType<NatsConnectionFailedException>(rig.Over!.Exception);
        Assert.Equal([NatsConnectPhase.Tcp, NatsConnectPhase.Authentication], failure.Failures.Select(f => f.Phase));
        Assert.Equal([MachineRig.Url(1), MachineRig.Url(2)], failure.Failures.Select(f => f.Server));
        Assert.Equal((NatsCloseReason.InitialConnectFailed, NatsConnectionState.Failed), (rig.Over.Reason, rig.State.State));
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void RetryOnInitialConnect_continues_to_connect()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { RetryOnInitialConnect = true }).Connect();
        for (int i = 0; i < 50; i++)
        {
            rig.Fail().NextRound();
        }

        Assert.Equal(NatsConnectionState.Connecting, rig.State.State);
        Assert.Equal(51, rig.Dials.Count);
        rig.Accept();
        Assert.Equal(51, rig.Of<NatsConnectedEvent>().Single().Attempts);
    }

    [Fact]
    public void Zero_reconnects_end_the_connection_with_its_session()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 0 }).Opened().Lose();
        Assert.Equal(NatsCloseReason.ReconnectDisabled, rig.Over!.Reason);
        Assert.False(rig.Of<NatsDisconnectedEvent>().Single().WillReconnect);
        Assert.DoesNotContain(NatsEventKind.Reconnecting, rig.Kinds);
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void Zero_reconnects_do_not_cut_the_first_connect_short()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 0, RetryOnInitialConnect = true }, servers: 2).Connect().Fail();
        Assert.Null(rig.Over);
        rig.Fail();
        Assert.Equal(NatsCloseReason.InitialConnectFailed, rig.Over!.Reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void The_limit_counts_failed_attempts_and_dials_no_more_than_that(int limit)
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = limit }, servers: 2).Opened();
        rig.Lose();
        while (rig.Over is null)
        {
            rig.Advance(5000).FailAllOpen();
        }

        Assert.Equal(limit, rig.Dials.Count - 1);
        Assert.Equal(NatsCloseReason.MaxReconnectsReached, rig.Over.Reason);
        NatsMaxReconnectsReachedEvent reached = rig.Of<NatsMaxReconnectsReachedEvent>().Single();
        Assert.Equal((NatsReconnectLimit.Attempts, limit, null), (reached.Limit, reached.MaxAttempts, reached.MaxDuration));
        Assert.False(rig.Of<NatsConnectAttemptFailedEvent>().Last().WillRetry);
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void All_addresses_of_a_name_are_one_try()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 1, MaxAttemptsPerServer = 2 }).Opened().Lose();
        int first = rig.Open.Keys.Single();
        rig.Step(new AddressesResolved(first, [IPAddress.IPv6Loopback, IPAddress.Loopback], new IPEndPoint(IPAddress.IPv6Loopback, 4222))).Fail();
        Assert.Null(rig.Over);
        Assert.Equal(IPAddress.Loopback, rig.Dials.Last().Dial.Address);
        Assert.True(rig.Of<NatsConnectAttemptFailedEvent>().Single() is { WillRetry: true, NextDelay: { Ticks: 0 } });
        Assert.Equal(0, rig.Pool.Single().Attempts);
        rig.Fail();

        Assert.Equal((NatsCloseReason.MaxReconnectsReached, 1), (rig.Over!.Reason, rig.Pool.Single().Attempts));
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void A_name_whose_first_address_hangs_has_its_second_one_dialled_as_well()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 1 }, servers: 2).Opened().Lose();
        int first = rig.Open.Keys.Single();
        rig.Step(new AddressesResolved(first, [IPAddress.IPv6Loopback, IPAddress.Loopback], new IPEndPoint(IPAddress.IPv6Loopback, 4222))).Advance(250);
        Assert.Equal(2, rig.Open.Count);
        rig.Fail(first);
        Assert.Null(rig.Over);

        Assert.Equal(NatsConnectionState.Open, rig.Accept().State.State);
    }

    [Fact]
    public void A_connection_that_connects_again_tries_parked_servers_and_reports_it()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 1, MaxAttemptsPerServer = 1 }, servers: 2).Connect().Fail().Accept();
        Assert.Single(rig.Pool, server => server.IsParked);
        rig.Lose().Fail().Connect();

        Assert.DoesNotContain(rig.Pool, server => server.IsParked || server.Attempts > 0);
        NatsServerPoolChangedEvent returned = rig.Of<NatsServerPoolChangedEvent>().Last();
        Assert.Equal(NatsServerPoolChangeSource.Recovered, returned.Source);
        Assert.Single(returned.Returned);
        rig.AssertGrammar();
    }

    [Fact]
    public void A_dial_that_is_still_open_may_succeed_after_the_last_failure_that_is_allowed()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 2 }, servers: 3).Opened();
        rig.Lose().Advance(250).Fail();
        Assert.Null(rig.Over);
        rig.Advance(5000);
        Assert.Single(rig.Open);
        Assert.Equal(NatsConnectionState.Open, rig.Accept().State.State);
    }

    [Fact]
    public void No_limit_means_no_limit()
    {
        MachineRig rig = new MachineRig().Opened();
        rig.Lose();
        for (int i = 0; i < 200; i++)
        {
            rig.Fail().NextRound();
        }

        Assert.Equal(NatsConnectionState.Reconnecting, rig.State.State);
    }

    [Fact]
    public void Time_limit_ends_one_outage_and_is_reported_as_a_duration()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { ReconnectTimeLimit = TimeSpan.FromSeconds(90) }).Opened();
        rig.Lose().Advance(80_000).Accept().Confirm();
        rig.Advance(30_000);
        Assert.Equal(NatsConnectionState.Open, rig.State.State);
        rig.Lose().Fail().Advance(89_000);
        Assert.Null(rig.Over);
        rig.Advance(1000);
        Assert.Equal(NatsCloseReason.ReconnectTimeExceeded, rig.Over!.Reason);
        NatsMaxReconnectsReachedEvent reached = rig.Of<NatsMaxReconnectsReachedEvent>().Single();
        Assert.Equal((NatsReconnectLimit.Time, null, TimeSpan.FromSeconds(90)), (reached.Limit, reached.MaxAttempts, reached.MaxDuration));
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void A_failed_connection_is_started_again_by_ConnectAsync_alone()
    {
        MachineRig rig = new MachineRig().Connect().Fail();
        rig.Step(new ConnectRequested { IsByUse = true }).Step(new ReconnectRequested(new NatsForceReconnectOptions())).Step(new ServersReplaced([.. MachineRig.Addresses(1, from: 5)], Reconnect: true));
        Assert.Equal((NatsConnectionState.Failed, 1), (rig.State.State, rig.Dials.Count));
        rig.Connect();
        Assert.Equal(NatsConnectionState.Connecting, rig.State.State);
        rig.AssertGrammar();
    }

    [Fact]
    public void An_error_of_the_server_is_information_and_the_socket_decides()
    {
        MachineRig rig = new MachineRig().Opened();
        rig.Step(new ServerErrorReceived(rig.State.SessionId, s_refused, []));
        Assert.Equal(NatsConnectionState.Open, rig.State.State);
        Assert.Equal(NatsServerErrorCode.AuthorizationViolation, rig.Of<NatsServerErrorEvent>().Single().Code);
        Assert.Null(rig.State.LastError);
        rig.Step(new ServerErrorReceived(rig.State.SessionId + 1, s_refused, []));
        Assert.Single(rig.Of<NatsServerErrorEvent>());
    }

    [Fact]
    public void A_failed_connection_that_connects_again_continues_the_same_journal()
    {
        MachineRig rig = new MachineRig().Connect().Fail().Connect().Accept();
        Assert.Equal(NatsConnectionState.Open, rig.State.State);
        Assert.Equal(2, rig.Of<NatsConnectingEvent>().Count());
        rig.Step(new CloseRequested(NatsCloseReason.UserClosed)).Lose();
        Assert.Equal(2, rig.Of<NatsClosedEvent>().Count());
        Assert.Equal(Enumerable.Range(1, rig.Events.Count).Select(i => (long)i), rig.Events.Select(e => e.Sequence));
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void A_reconnect_of_a_connection_that_was_never_connected_ends_with_its_first_session()
    {
        MachineRig rig = new MachineRig().Step(new ReconnectRequested(new NatsForceReconnectOptions()));
        Assert.Equal(NatsConnectionState.Connecting, rig.State.State);
        rig.Accept();
        rig.Did<ReconnectSucceeded>();
    }

    [Fact]
    public void A_limit_of_attempts_does_not_name_the_limit_of_time()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 1, ReconnectTimeLimit = TimeSpan.FromSeconds(90) }).Opened().Lose().Fail();
        NatsMaxReconnectsReachedEvent reached = rig.Of<NatsMaxReconnectsReachedEvent>().Single();
        Assert.Equal((NatsReconnectLimit.Attempts, 1, null), (reached.Limit, reached.MaxAttempts, reached.MaxDuration));
    }

    [Fact]
    public void A_name_with_two_addresses_leaves_room_for_another_server_within_the_limit()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 2 }, servers: 3).Opened().Lose();
        rig.Step(new AddressesResolved(2, [IPAddress.IPv6Loopback, IPAddress.Loopback], new IPEndPoint(IPAddress.IPv6Loopback, 4222))).Fail().Fail();
        Assert.Equal((1 + 1, "10.0.0.3"), (rig.State.Search.ServerAttempts, rig.Open.Values.Single().Server.Address.Host));
        Assert.Equal(NatsCloseReason.MaxReconnectsReached, rig.Fail().Over!.Reason);
    }

    [Fact]
    public void The_first_connect_tries_every_server_before_a_limit_counts()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 1, RetryOnInitialConnect = true }, servers: 3).Connect().Fail().Fail();
        Assert.Null(rig.Over);
        Assert.Equal(NatsCloseReason.MaxReconnectsReached, rig.Fail().Over!.Reason);
    }

    [Fact]
    public void A_connection_that_gives_up_names_its_newest_hundred_failures()
    {
        MachineRig rig = new MachineRig(servers: 120).Connect();
        while (rig.Over is null)
        {
            rig.Fail();
        }

        NatsConnectionFailedException failure = Assert.IsType<NatsConnectionFailedException>(rig.Over.Exception);
        Assert.Equal(Enumerable.Range(21, 100).Select(MachineRig.Url), failure.Failures.Select(f => f.Server));
    }

    public static TheoryData<string, NatsCloseReason> Obstacles() => new()
    {
        { "credentials", NatsCloseReason.CredentialsFailed },
        { "configuration", NatsCloseReason.ConfigurationError },
        { "certificate", NatsCloseReason.MaxReconnectsReached },
        { "credentials once", NatsCloseReason.MaxReconnectsReached },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void A_limit_that_one_obstacle_has_used_up_is_called_by_it(string obstacle, NatsCloseReason expected)
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = 2 }, servers: 2).Opened().Lose();
        for (int i = 0; i < 2; i++)
        {
            Exception cause = obstacle switch
            {
                "credentials" => new NatsCredentialsException("a.creds", "there is no such file"),
                "credentials once" when i == 0 => new NatsCredentialsException("a.creds", "there is no such file"),
                "configuration" => new NatsTlsException("the server offers no TLS") { IsContradiction = true },
                _ => new NatsTlsException("not trusted"),
            };
            rig.Step(new AttemptFailed(rig.Open.Keys.Min(), NatsConnectPhase.Authentication, cause, null));
        }

        Assert.Equal((expected, NatsConnectionState.Failed), (rig.Over!.Reason, rig.State.State));
        Assert.Single(rig.Of<NatsMaxReconnectsReachedEvent>());
        rig.AssertGrammar(requireClosed: true);
    }
}
