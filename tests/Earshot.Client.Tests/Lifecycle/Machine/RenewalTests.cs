using System.Net;
using Earshot.Lifecycle;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>Credentials that expire, and a session that is replaced before they do.</summary>
public sealed class RenewalTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Credentials_are_requested_in_the_last_half_minute_with_jitter()
    {
        var moments = new List<double>();
        for (int seed = 0; seed < 300; seed++)
        {
            moments.Add(Opened(TimeSpan.FromHours(1), new MachineRig(seed: seed)).Timers[MachineTimer.Renew].TotalSeconds);
        }

        Assert.InRange(moments.Min(), 3570, 3573);
        Assert.InRange(moments.Max(), 3582, 3585);
    }

    [Fact]
    public void Short_lived_ones_keep_three_quarters_of_their_time() =>
        Assert.InRange(Opened(TimeSpan.FromSeconds(4)).Timers[MachineTimer.Renew].TotalSeconds, 3, 3.5);

    [Fact]
    public void Nothing_is_planned_where_nothing_expires_or_it_is_switched_off()
    {
        Assert.DoesNotContain(MachineTimer.Renew, new MachineRig().Opened().Timers.Keys);
        Assert.DoesNotContain(MachineTimer.Renew, Opened(TimeSpan.FromHours(1), new MachineRig(MachineRig.Options with { RenewBeforeExpiry = TimeSpan.Zero })).Timers.Keys);
        Assert.DoesNotContain(MachineTimer.Renew, Opened(TimeSpan.FromSeconds(-1)).Timers.Keys);
    }

    [Fact]
    public void Nothing_is_planned_for_a_session_that_comes_during_a_drain()
    {
        MachineRig rig = Opened(TimeSpan.FromHours(1)).Step(new DrainRequested(TimeSpan.FromMinutes(1), 1)).Lose();
        rig.Step(new AttemptEstablished(rig.Open.Keys.Single(), new NatsServerInfo(), null, new NatsConnectTimings()) { CredentialsExpireAt = s_start + TimeSpan.FromHours(1) });

        Assert.Equal(NatsConnectionState.DrainingSubscriptions, rig.State.State);
        Assert.DoesNotContain(MachineTimer.Renew, rig.Timers.Keys);
    }

    [Fact]
    public void A_distant_expiry_is_checked_every_day()
    {
        MachineRig rig = Opened(TimeSpan.FromDays(2.5));
        Assert.Equal(TimeSpan.FromDays(1), rig.Timers[MachineTimer.Renew]);
        rig.Until(MachineTimer.Renew);
        Assert.Equal(TimeSpan.FromDays(2), rig.Timers[MachineTimer.Renew]);
        rig.Until(MachineTimer.Renew);
        Assert.Single(rig.Dials);
        rig.Until(MachineTimer.Renew);
        Assert.Equal(2, rig.Dials.Count);
    }

    [Fact]
    public void The_same_server_is_dialled_first_and_only_with_newer_credentials()
    {
        MachineRig rig = Opened(TimeSpan.FromMinutes(1), new MachineRig(servers: 2)).Until(MachineTimer.Renew);
        Assert.Equal(("10.0.0.1", s_start.AddMinutes(1)), (rig.Dials[^1].Dial.Server.Address.Host, rig.Dials[^1].Dial.CredentialsBeyond!.Value));
        rig.Fail();
        Assert.Equal(("10.0.0.2", s_start.AddMinutes(1)), (rig.Dials[^1].Dial.Server.Address.Host, rig.Dials[^1].Dial.CredentialsBeyond!.Value));
    }

    [Fact]
    public void The_new_session_takes_over_with_one_Disconnected_and_one_Reconnected()
    {
        MachineRig rig = Opened(TimeSpan.FromMinutes(1)).Until(MachineTimer.Renew);
        Established(rig, TimeSpan.FromHours(1));
        rig.Did<BeginHandover>();
        rig.Step(new HandoverReady(1));
        Assert.Equal(NatsDisconnectReason.ForceReconnect, rig.Did<EndSession>().Reason.Reason);
        rig.Lose().Confirm();
        Assert.Equal(
            [NatsEventKind.ConnectAttempt, NatsEventKind.ForceReconnect, NatsEventKind.Disconnected, NatsEventKind.Reconnecting, NatsEventKind.Reconnected, NatsEventKind.Resubscribed],
            rig.Kinds.SkipWhile(kind => kind != NatsEventKind.Connected).Skip(1));
        Assert.Contains("expire at 2030-01-01 00:01:00Z", rig.Of<NatsForceReconnectEvent>().Single().Reason, StringComparison.Ordinal);
        Assert.True(rig.Of<NatsDisconnectedEvent>().Single().Expected);
        Assert.Equal(TimeSpan.Zero, rig.Of<NatsReconnectedEvent>().Single().OutageDuration);
        Assert.InRange((rig.Timers[MachineTimer.Renew] - rig.Now).TotalSeconds, 3570, 3590);
        rig.AssertGrammar();
    }

    [Fact]
    public void Each_failure_is_reported_and_delays_grow()
    {
        MachineRig rig = Opened(TimeSpan.FromMinutes(1)).Until(MachineTimer.Renew);
        for (int i = 0; i < 6; i++)
        {
            rig.Step(new AttemptFailed(rig.Open.Keys.Single(), NatsConnectPhase.Authentication, new NatsCredentialsException("a.creds", "old"), null)).NextRound();
        }

        Assert.Equal(6, rig.Of<NatsConnectAttemptFailedEvent>().Count());
        Assert.All(rig.Of<NatsConnectAttemptFailedEvent>(), failed => Assert.IsType<NatsCredentialsException>(failed.Exception));
        Assert.Equal(NatsConnectionState.Open, rig.State.State);
        Established(rig, TimeSpan.FromHours(1));
        rig.Step(new HandoverReady(1)).Lose().Confirm().AssertGrammar();
        Assert.Equal(2, rig.State.SessionId);
    }

    [Fact]
    public void A_session_that_the_server_ends_first_is_an_outage_like_any_other()
    {
        MachineRig rig = Opened(TimeSpan.FromMinutes(1)).Until(MachineTimer.Renew).Fail().Lose();
        Assert.Equal(NatsConnectionState.Reconnecting, rig.State.State);
        Assert.DoesNotContain(MachineTimer.Renew, rig.Timers.Keys);
        rig.Advance(10_000);
        Assert.Null(rig.Dials[^1].Dial.CredentialsBeyond);
        rig.Accept().Confirm().AssertGrammar();
    }

    [Fact]
    public void Migration_from_a_lame_duck_server_accepts_any_credentials()
    {
        MachineRig rig = Opened(TimeSpan.FromSeconds(8), new MachineRig(servers: 2)).Info(new NatsServerInfo { LameDuckMode = true }).Advance(8_000);
        Assert.Equal("10.0.0.2", rig.Dials[1].Dial.Server.Address.Host);
        Assert.Null(rig.Dials[1].Dial.CredentialsBeyond);
        Assert.Equal(2, rig.Dials.Count);
    }

    [Fact]
    public void Closing_ends_the_plan()
    {
        MachineRig rig = Opened(TimeSpan.FromMinutes(1)).Until(MachineTimer.Renew).Step(new CloseRequested(NatsCloseReason.UserClosed)).Lose();
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void Credentials_that_expire_now_are_not_renewed() =>
        Assert.DoesNotContain(MachineTimer.Renew, Opened(TimeSpan.Zero).Timers.Keys);

    [Fact]
    public void A_minute_keeps_three_quarters_of_its_time() =>
        Assert.InRange(Opened(TimeSpan.FromSeconds(60)).Timers[MachineTimer.Renew].TotalSeconds, 45, 52.5);

    [Fact]
    public void Credentials_are_renewed_from_exactly_the_time_before_their_expiry()
    {
        MachineRig rig = Opened(TimeSpan.FromMinutes(10));
        rig.Pass(TimeSpan.FromMinutes(9.5) - TimeSpan.FromTicks(1));
        Assert.IsType<SetTimer>(Assert.Single(rig.Step(new TimerFired(MachineTimer.Renew)).Effects));
        rig.Pass(TimeSpan.FromTicks(1));
        rig.Step(new TimerFired(MachineTimer.Renew));
        Assert.Equal(2, rig.Dials.Count);
        Assert.True(rig.State.Search.Open.Single().HasFullTimeout);
        Assert.Empty(rig.Step(new TimerFired(MachineTimer.Renew)).Effects);
    }

    [Theory]
    [InlineData("lame")]
    [InlineData("draining")]
    [InlineData("handing over")]
    [InlineData("leaving")]
    public void Nothing_is_renewed_where_the_session_is_left_in_any_case(string place)
    {
        MachineRig rig = Opened(TimeSpan.FromMinutes(1));
        rig = place switch
        {
            "lame" => rig.Info(new NatsServerInfo { LameDuckMode = true }).Advance(2000),
            "draining" => rig.Step(new DrainRequested(TimeSpan.FromSeconds(90), 0)),
            "handing over" => Established(rig.Until(MachineTimer.Renew), TimeSpan.FromHours(1)),
            _ => rig.Step(new ReconnectRequested(new NatsForceReconnectOptions())),
        };
        int dialled = rig.Dials.Count;
        rig.Pass(TimeSpan.FromSeconds(55) - rig.Now);
        Assert.Empty(rig.Step(new TimerFired(MachineTimer.Renew)).Effects);
        Assert.Equal(dialled, rig.Dials.Count);
    }

    [Fact]
    public void The_plan_of_a_session_ends_with_it_with_its_close_and_with_a_drain()
    {
        Assert.DoesNotContain(MachineTimer.Renew, Opened(TimeSpan.FromMinutes(1)).Lose().Timers.Keys);
        Assert.DoesNotContain(MachineTimer.Renew, Opened(TimeSpan.FromMinutes(1)).Step(new DrainRequested(TimeSpan.FromSeconds(9), 0)).Timers.Keys);
        Assert.DoesNotContain(MachineTimer.Renew, Opened(TimeSpan.FromMinutes(1)).Step(new CloseRequested(NatsCloseReason.UserClosed)).Timers.Keys);
    }

    private static MachineRig Opened(TimeSpan valid, MachineRig? rig = null) => Established((rig ?? new MachineRig()).Connect(), valid);

    private static MachineRig Established(MachineRig rig, TimeSpan valid) => rig.Step(
        new AttemptEstablished(rig.Open.Keys.Min(), new NatsServerInfo { Id = "N" }, new IPEndPoint(IPAddress.Loopback, 4222), new NatsConnectTimings())
        {
            CredentialsExpireAt = s_start + rig.Now + valid,
        });
}
