using System.Net;
using Earshot.Lifecycle;
using Earshot.Sessions;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>What refused credentials lead to: retries without end, or the end of the connection, and the numbers that its events give.</summary>
public sealed class RefusalTests
{
    private static readonly MachineOptions s_retrying = MachineRig.Options with { RetryOnInitialConnect = true };
    private static readonly NatsServerError s_refused = new() { Code = NatsServerErrorCode.AuthorizationViolation, Text = "Authorization Violation" };
    private static readonly NatsServerError s_expired = new() { Code = NatsServerErrorCode.UserAuthenticationExpired, Text = "User Authentication Expired" };

    [Fact]
    public void A_refusal_by_each_address_of_a_name_is_one_refusal()
    {
        MachineRig rig = new MachineRig(s_retrying).Connect();
        int first = rig.Open.Keys.Single();
        rig.Step(new AddressesResolved(first, [IPAddress.IPv6Loopback, IPAddress.Loopback], new IPEndPoint(IPAddress.IPv6Loopback, 4222)));
        rig.Fail(error: s_refused).Fail(error: s_refused);
        rig.NextRound().Fail(error: s_refused);

        Assert.Equal([1, 1, 2], rig.Of<NatsAuthenticationErrorEvent>().Select(e => e.ConsecutiveRejections));
        rig.AssertGrammar();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Credentials_that_one_address_of_a_name_refuses_are_refused_whatever_the_other_one_does(bool refusesFirst)
    {
        MachineRig rig = new MachineRig(s_retrying).Connect();
        for (int round = 0; round < 60 && rig.Over is null; round++)
        {
            rig.Step(new AddressesResolved(rig.Open.Keys.Single(), [IPAddress.IPv6Loopback, IPAddress.Loopback], new IPEndPoint(IPAddress.IPv6Loopback, 4222)));
            if (rig.Fail(error: refusesFirst ? s_refused : null).Over is null && rig.Fail(error: refusesFirst ? null : s_refused).Over is null)
            {
                rig.NextRound();
            }
        }

        Assert.Equal(NatsCloseReason.AuthenticationFailed, rig.Over?.Reason);
        Assert.Empty(rig.State.Search.RefusedBy);
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void Credentials_that_an_address_refuses_are_refused_when_the_dial_of_the_other_one_is_replaced()
    {
        MachineRig rig = new MachineRig(s_retrying, servers: 4).Connect().Advance(250);
        Assert.Equal(2, rig.Open.Count);
        int named = rig.Open.Keys.Max();
        int server = rig.Open[named].Server.Id;
        rig.Step(new AddressesResolved(named, [IPAddress.IPv6Loopback, IPAddress.Loopback], new IPEndPoint(IPAddress.IPv6Loopback, 4222))).Fail(named, s_refused);
        Assert.Empty(rig.State.Refusals.Latest);
        rig.Advance(250);

        Assert.Contains(server, rig.State.Search.Replaced);
        Assert.Equal(AuthResult.Refused, rig.State.Refusals.Latest[server]);
        Assert.Empty(rig.State.Search.RefusedBy);
    }

    [Fact]
    public void Reconnecting_a_failed_connection_resets_rejections()
    {
        MachineRig rig = Refused(new MachineRig(s_retrying).Connect());
        Assert.Equal(NatsCloseReason.AuthenticationFailed, rig.Over!.Reason);
        rig.Connect().Fail(); // not even a refusal: the server is still starting, say

        Assert.Equal(NatsConnectionState.Connecting, rig.State.State);
        Assert.Equal(NatsConnectionState.Open, rig.NextRound().Accept().State.State);
    }

    [Fact]
    public void Credentials_that_were_never_accepted_give_up_after_two_refusals_by_every_server_and_30_s()
    {
        MachineRig rig = new MachineRig(s_retrying, servers: 2).Connect();
        for (int round = 0; round < 3; round++)
        {
            rig.Fail(error: s_refused).Fail(error: s_refused).NextRound();
        }

        Assert.Null(rig.Over);
        NatsAuthenticationErrorEvent early = rig.Of<NatsAuthenticationErrorEvent>().Last();
        Assert.Equal((3, false, rig.Of<NatsAuthenticationErrorEvent>().First().Elapsed + TimeSpan.FromSeconds(30)), (early.ConsecutiveRejections, early.WillAbort, early.Elapsed + early.TimeUntilAbort));
        rig.Pass(TimeSpan.FromSeconds(30));
        rig.Fail(error: s_refused);

        Assert.Equal(NatsCloseReason.AuthenticationFailed, rig.Over!.Reason);
        NatsAuthenticationErrorEvent last = rig.Of<NatsAuthenticationErrorEvent>().Last();
        Assert.Equal((4, TimeSpan.Zero, true), (last.ConsecutiveRejections, last.TimeUntilAbort, last.WillAbort));
        Assert.All(rig.Of<NatsAuthenticationErrorEvent>(), e => Assert.NotEqual(0, e.AttemptId));
        Assert.All(rig.Of<NatsServerErrorEvent>(), e => Assert.NotEqual(0, e.AttemptId));
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void One_refusal_is_not_enough_however_long_ago_it_was()
    {
        MachineRig rig = new MachineRig(s_retrying).Connect().Fail(error: s_refused).NextRound();
        rig.Pass(TimeSpan.FromMinutes(1));
        rig.Fail().NextRound().Fail(error: s_expired);
        Assert.Null(rig.Over);
        rig.NextRound().Fail(error: s_expired);
        Assert.Equal(NatsCloseReason.AuthenticationFailed, rig.Over!.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Credentials_that_may_change_or_were_accepted_once_are_tried_without_end_with_waits_of_up_to_30_s_and_one_event_a_minute(bool dynamic)
    {
        MachineRig rig = new(MachineRig.Options with { AreCredentialsDynamic = dynamic, RetryOnInitialConnect = dynamic });
        rig = dynamic ? rig.Connect() : rig.Opened().Lose();
        TimeSpan longest = TimeSpan.Zero;
        while (rig.Now < TimeSpan.FromHours(1))
        {
            rig.Fail(error: s_refused);
            longest = rig.Of<NatsReconnectDelayEvent>().Last().Delay is var delay && delay > longest ? delay : longest;
            rig.NextRound();
        }

        Assert.Null(rig.Over);
        Assert.InRange(longest, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
        NatsAuthenticationErrorEvent[] reported = [.. rig.Of<NatsAuthenticationErrorEvent>()];
        Assert.InRange(reported.Length, 30, 61);
        Assert.All(reported.Zip(reported.Skip(1)), pair => Assert.True(pair.Second.Elapsed - pair.First.Elapsed >= TimeSpan.FromMinutes(1)));
        Assert.All(reported, e => Assert.Equal((null, false, dynamic), (e.TimeUntilAbort, e.WillAbort, e.CredentialsDynamic)));
        Assert.Contains(reported, e => e.RepeatCount > 1);
        Assert.Equal(NatsConnectionState.Open, rig.Accept().State.State);
    }

    [Fact]
    public void A_server_that_is_down_among_those_that_refuse_keeps_the_waits_short()
    {
        MachineRig rig = new MachineRig(servers: 2).Opened().Lose();
        for (int round = 0; round < 20; round++)
        {
            rig.Fail(error: s_refused).Fail();
            Assert.True(rig.Of<NatsReconnectDelayEvent>().Last().Delay <= TimeSpan.FromSeconds(5));
            rig.NextRound();
        }
    }

    [Fact]
    public void An_authentication_timeout_is_never_a_refusal()
    {
        var late = new NatsServerError { Code = NatsServerErrorCode.AuthenticationTimeout, Text = "Authentication Timeout" };
        MachineRig rig = new MachineRig(s_retrying).Connect();
        for (int round = 0; round < 50; round++)
        {
            rig.Fail(error: late).NextRound();
        }

        Assert.Null(rig.Over);
        Assert.All(rig.Of<NatsAuthenticationErrorEvent>(), e => Assert.Equal((NatsAuthErrorKind.Timeout, 0, null, false), (e.Error, e.ConsecutiveRejections, e.TimeUntilAbort, e.WillAbort)));
        Assert.All(rig.Of<NatsReconnectDelayEvent>(), e => Assert.True(e.Delay <= TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_expired_JWT_of_the_options_gives_up_although_it_was_accepted_once(bool saidByServer)
    {
        MachineRig rig = new(MachineRig.Options with
        {
            HasFixedJwt = true,
            FixedJwtExpiresAt = saidByServer ? null : new DateTimeOffset(2030, 1, 1, 0, 1, 0, TimeSpan.Zero),
        });
        rig.Opened().Advance(60_000).Lose(saidByServer ? new SessionEnd(NatsDisconnectReason.ServerError, null, s_expired) : null);

        Assert.Equal(NatsCloseReason.AuthenticationFailed, Refused(rig).Over!.Reason);
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void A_JWT_of_the_options_that_is_valid_and_was_accepted_is_tried_without_end()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { HasFixedJwt = true }).Opened().Lose();
        Assert.Null(Refused(rig).Over);
    }

    [Fact]
    public void A_refusal_of_the_live_session_does_not_count()
    {
        MachineRig rig = new MachineRig(s_retrying).Opened();
        rig.Step(new ServerErrorReceived(rig.State.SessionId, s_refused, []));
        Assert.Equal((0, null, false), (rig.Of<NatsAuthenticationErrorEvent>().Single().ConsecutiveRejections, rig.Of<NatsAuthenticationErrorEvent>().Single().TimeUntilAbort, rig.Of<NatsAuthenticationErrorEvent>().Single().WillAbort));
        rig.Lose().Fail(error: s_refused);
        Assert.Equal(1, rig.Of<NatsAuthenticationErrorEvent>().Last().ConsecutiveRejections);
    }

    [Fact]
    public void A_first_connect_without_retry_fails_after_one_round_and_its_last_rejection_reports_it()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Fail(error: s_refused).Fail(error: s_refused);
        Assert.Equal(NatsCloseReason.InitialConnectFailed, rig.Over!.Reason);
        Assert.Equal([false, true], rig.Of<NatsAuthenticationErrorEvent>().Select(e => e.WillAbort));
        Assert.All(rig.Of<NatsAuthenticationErrorEvent>(), e => Assert.Null(e.TimeUntilAbort));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rejection_reports_whether_the_next_attempt_may_use_other_credentials(bool dynamic)
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { AreCredentialsDynamic = dynamic }).Opened();
        rig.Lose().Fail(error: s_refused);
        Assert.Equal(dynamic, rig.Of<NatsAuthenticationErrorEvent>().Single().CredentialsDynamic);
    }

    [Fact]
    public void Refusals_that_differ_restart_the_count()
    {
        MachineRig rig = new MachineRig(s_retrying).Connect();
        for (int i = 0; i < 40; i++)
        {
            rig.Fail(error: i % 2 == 0 ? s_refused : s_expired).NextRound();
        }

        Assert.Null(rig.Over);
        Assert.All(rig.Of<NatsAuthenticationErrorEvent>(), e => Assert.Equal(1, e.ConsecutiveRejections));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_server_that_answers_and_does_not_reject_keeps_the_search_running(bool answers)
    {
        var full = new NatsServerError { Code = NatsServerErrorCode.MaximumConnectionsExceeded, Text = "maximum connections exceeded" };
        MachineRig rig = new MachineRig(s_retrying, servers: 2).Connect();
        while (rig.Over is null && rig.Now < TimeSpan.FromMinutes(10))
        {
            rig.Fail(error: s_refused);
            if (rig.Over is null)
            {
                rig.Fail(error: answers ? full : null);
            }

            if (rig.Over is null)
            {
                rig.NextRound();
            }
        }

        Assert.Equal(answers ? null : NatsCloseReason.AuthenticationFailed, rig.Over?.Reason);
    }

    [Fact]
    public void Rejections_do_not_end_the_search_when_that_is_disabled()
    {
        MachineRig rig = Refused(new MachineRig(s_retrying with { IgnoreAuthErrorAbort = true }).Connect());
        Assert.Null(rig.Over);
        Assert.All(rig.Of<NatsAuthenticationErrorEvent>(), e => Assert.Equal((null, false), (e.TimeUntilAbort, e.WillAbort)));
    }

    // Refusals by every server for more than half a minute, or until the connection is over.
    private static MachineRig Refused(MachineRig rig)
    {
        TimeSpan until = rig.Now + TimeSpan.FromSeconds(40);
        while (rig.Over is null && rig.Now < until)
        {
            rig.Fail(error: s_refused);
            if (rig.Over is null && rig.Open.Count == 0)
            {
                rig.NextRound();
            }
        }

        return rig;
    }
}
