using System.Net;
using Earshot.Lifecycle;
using Earshot.Servers;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>Rounds, waits, second dials and the callbacks of a search.</summary>
public sealed class SearchTests
{
    private static readonly MachineOptions s_retrying = MachineRig.Options with { RetryOnInitialConnect = true };

    [Fact]
    public void The_whole_pool_is_tried_before_any_wait()
    {
        MachineRig rig = new MachineRig(s_retrying, servers: 3).Connect().Fail().Fail();
        Assert.Equal([1, 2, 3], rig.Dials.Select(d => (int)d.Dial.Server.Address.Host[^1] - '0'));
        Assert.All(rig.Dials, d => Assert.Equal(TimeSpan.Zero, d.At));
        Assert.DoesNotContain(NatsEventKind.ReconnectDelay, rig.Kinds);
        rig.Fail();
        Assert.Equal(NatsEventKind.ReconnectDelay, rig.Kinds.Last());
    }

    [Fact]
    public void Waits_double_up_to_the_maximum_and_fill_the_span_below()
    {
        var longest = new TimeSpan[8];
        TimeSpan[] shortest = Enumerable.Repeat(TimeSpan.MaxValue, 8).ToArray();
        for (int seed = 0; seed < 200; seed++)
        {
            MachineRig rig = new MachineRig(s_retrying, seed: seed).Connect();
            for (int round = 0; round < 8; round++)
            {
                rig.Fail();
                TimeSpan wait = rig.Of<NatsReconnectDelayEvent>().Last().Delay;
                Assert.Equal(wait, rig.Of<NatsConnectAttemptFailedEvent>().Last().NextDelay);
                (longest[round], shortest[round]) = (wait > longest[round] ? wait : longest[round], wait < shortest[round] ? wait : shortest[round]);
                rig.Advance(wait);
            }
        }

        double[] ceilings = [250, 500, 1000, 2000, 4000, 5000, 5000, 5000];
        for (int round = 0; round < 8; round++)
        {
            Assert.InRange(longest[round].TotalMilliseconds, ceilings[round] * 0.9, ceilings[round]);
            Assert.InRange(shortest[round].TotalMilliseconds, 0.0001, ceilings[round] * 0.1);
        }
    }

    [Fact]
    public void Silent_dial_is_hedged_after_250_ms_by_at_most_one_more()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Advance(249);
        Assert.Single(rig.Open);
        rig.Advance(1);
        Assert.Equal(2, rig.Open.Count);
        rig.Advance(10_000);
        Assert.Equal([1, 2], rig.Open.Keys.Order());
    }

    [Fact]
    public void Progress_postpones_the_second_dial_and_a_callback_of_the_application_forbids_it()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Advance(200);
        rig.Step(new AttemptProgressed(1, NatsConnectPhase.Info)).Advance(249);
        Assert.Single(rig.Dials);
        rig.Step(new AttemptProgressed(1, NatsConnectPhase.Authentication) { Info = new NatsServerInfo(), AwaitsServer = false }).Advance(4000);
        Assert.Single(rig.Dials);
        rig.Step(new AttemptProgressed(1, NatsConnectPhase.Authentication)).Advance(250);
        Assert.Equal(2, rig.Dials.Count);
    }

    [Fact]
    public void Hung_servers_are_replaced_every_250_ms_and_the_last_two_dials_of_a_round_keep_their_time()
    {
        MachineRig rig = new MachineRig(servers: 5).Connect().Advance(1000);
        Assert.Equal([0, 250, 500, 750, 1000], rig.Dials.Select(dial => dial.At.TotalMilliseconds));
        Assert.Equal([4, 5], rig.Open.Keys.Order());
        NatsConnectAttemptFailedEvent[] replaced = [.. rig.Of<NatsConnectAttemptFailedEvent>()];
        Assert.Equal([2, 3, 1], replaced.Select(failed => failed.AttemptId));
        Assert.All(replaced, failed => Assert.True(failed is { Abandoned: true, WillRetry: true, Phase: NatsConnectPhase.Tcp }));
        rig.Advance(60_000);
        Assert.Equal([4, 5], rig.Open.Keys.Order());
        Assert.Equal(NatsConnectionState.Open, rig.Accept(5).State.State);
        rig.AssertGrammar();
    }

    [Fact]
    public void A_pool_of_slow_servers_connects_with_the_first_one()
    {
        MachineRig rig = new MachineRig(servers: 5).Connect().Advance(800);
        Assert.Equal(NatsConnectionState.Open, rig.Accept(1).State.State);
    }

    [Fact]
    public void A_replaced_server_is_dialled_first_and_for_its_whole_time_in_the_next_round()
    {
        MachineRig rig = new MachineRig(s_retrying, servers: 4).Connect().Advance(750).FailAllOpen();
        int dialled = rig.Dials.Count;
        rig.NextRound().Advance(250);
        Assert.Equal(["10.0.0.2", "10.0.0.1"], rig.Dials.Skip(dialled).Select(dial => dial.Dial.Server.Address.Host));
        rig.Advance(4000);
        Assert.Equal(2, rig.Dials.Count - dialled);
        rig.AssertGrammar();
    }

    [Fact]
    public void A_first_connect_without_a_second_round_gives_replaced_servers_their_whole_time_in_its_only_one()
    {
        MachineRig rig = new MachineRig(servers: 3).Connect().Advance(500).FailAllOpen();
        Assert.Equal(NatsConnectionState.Failed, rig.State.State);
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.1"], rig.Dials.Select(dial => dial.Dial.Server.Address.Host));
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void The_second_dial_is_abandoned_when_the_first_answers()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Advance(250).Accept(attempt: 1);
        NatsConnectAttemptFailedEvent abandoned = Assert.Single(rig.Of<NatsConnectAttemptFailedEvent>());
        Assert.True(abandoned.Abandoned);
        Assert.Equal(2, abandoned.AttemptId);
        Assert.Empty(rig.Open);
        Assert.Equal(NatsConnectionState.Open, rig.State.State);
        rig.AssertGrammar();
    }

    [Fact]
    public void A_name_with_several_addresses_tries_the_next_address_before_the_next_server()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect();
        var second = IPAddress.Parse("10.9.9.9");
        rig.Step(new AddressesResolved(1, [IPAddress.Loopback, second], new IPEndPoint(IPAddress.Loopback, 4222))).Fail();
        Assert.Equal(second, rig.Dials[^1].Dial.Address);
        Assert.Equal(new IPEndPoint(second, 4222), rig.Of<NatsConnectAttemptEvent>().Last().Endpoint);
        rig.Fail();
        Assert.Null(rig.Dials[^1].Dial.Address);
        Assert.Equal("10.0.0.2", rig.Dials[^1].Dial.Server.Address.Host);
    }

    [Fact]
    public void A_name_that_resolves_late_still_has_its_second_address_dialled()
    {
        MachineRig rig = new MachineRig().Connect().Advance(400);
        Assert.Single(rig.Dials);
        rig.Step(new AddressesResolved(1, [IPAddress.Loopback, IPAddress.IPv6Loopback], new IPEndPoint(IPAddress.Loopback, 4222))).Advance(1);
        Assert.Equal(IPAddress.IPv6Loopback, rig.Dials[^1].Dial.Address);
    }

    [Fact]
    public void A_failed_attempt_reports_whether_and_when_another_follows()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Fail();
        NatsConnectAttemptFailedEvent first = rig.Of<NatsConnectAttemptFailedEvent>().Last();
        Assert.Equal((true, TimeSpan.Zero), (first.WillRetry, first.NextDelay));
        rig.Fail();
        NatsConnectAttemptFailedEvent last = rig.Of<NatsConnectAttemptFailedEvent>().Last();
        Assert.Equal((false, null), (last.WillRetry, last.NextDelay));
    }

    [Fact]
    public void A_failed_attempt_with_another_one_open_has_no_next_delay()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Advance(250);
        rig.Step(new AttemptProgressed(2, NatsConnectPhase.Authentication) { Info = new NatsServerInfo() }).Fail(attempt: 1);
        NatsConnectAttemptFailedEvent failed = rig.Of<NatsConnectAttemptFailedEvent>().Last();
        Assert.Equal((true, null), (failed.WillRetry, failed.NextDelay));
    }

    [Fact]
    public void The_delay_callback_decides_the_wait_and_its_late_result_is_ignored()
    {
        MachineRig rig = new MachineRig(s_retrying with { HasDelayCallback = true }).Connect().Fail();
        Assert.Null(rig.Of<NatsConnectAttemptFailedEvent>().Last().NextDelay);
        InvokeDelayCallback asked = rig.Did<InvokeDelayCallback>();
        rig.Step(new DelayReturned(asked.Number, TimeSpan.FromSeconds(7)));
        NatsReconnectDelayEvent waiting = rig.Of<NatsReconnectDelayEvent>().Last();
        Assert.Equal((TimeSpan.FromSeconds(7), NatsReconnectDelaySource.Handler), (waiting.Delay, waiting.Source));
        rig.Advance(7000).Fail();
        Assert.Equal(2, rig.Dials.Count);
        rig.Step(new DelayReturned(asked.Number, TimeSpan.Zero));
        Assert.DoesNotContain(MachineTimer.Backoff, rig.Timers.Keys);
    }

    [Fact]
    public void The_selector_chooses_the_server_and_is_called_once_for_it()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { HasSelector = true }, servers: 3).Connect();
        int chosen = rig.State.Pool.Servers[2].Id;
        rig.Step(new SelectorReturned(rig.Did<InvokeSelector>().Number, chosen, null, null, TimeSpan.FromSeconds(2)));
        Assert.Empty(rig.Dials);
        Assert.Equal(NatsReconnectDelaySource.ServerSelector, rig.Of<NatsReconnectDelayEvent>().Last().Source);
        Assert.Equal(MachineRig.Url(3), rig.Of<NatsReconnectDelayEvent>().Last().Next?.Url);
        rig.Advance(2000);
        Assert.Equal(chosen, Assert.Single(rig.Dials).Dial.Server.Id);
        Assert.Equal(NatsServerSelectionSource.Callback, rig.Of<NatsConnectAttemptEvent>().Last().SelectedBy);
    }

    [Fact]
    public void A_foreign_server_is_rejected_and_the_pool_decides()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { HasSelector = true }, servers: 2).Connect();
        rig.Step(new SelectorReturned(rig.Did<InvokeSelector>().Number, null, new Uri("nats://elsewhere:4222"), "the server is not in the pool", TimeSpan.Zero));
        Assert.Equal("the server is not in the pool", Assert.Single(rig.Of<NatsServerSelectionRejectedEvent>()).Reason);
        Assert.Equal(NatsServerSelectionSource.Pool, Assert.Single(rig.Of<NatsConnectAttemptEvent>()).SelectedBy);
    }

    [Fact]
    public void A_pool_that_is_replaced_while_it_is_searched_is_searched_on()
    {
        MachineRig rig = new MachineRig(s_retrying, servers: 2).Connect();
        rig.Step(new ServersReplaced([.. MachineRig.Addresses(1, from: 9)], Reconnect: false)).Fail();
        Assert.Equal("10.0.0.9", rig.Dials[^1].Dial.Server.Address.Host);
    }

    [Fact]
    public void A_server_that_fails_too_often_is_parked_when_another_accepts_and_returns_when_all_others_have_failed()
    {
        MachineRig rig = new MachineRig(s_retrying with { MaxAttemptsPerServer = 2 }, servers: 2).Connect().Fail().Fail().NextRound().Fail().Accept().Advance(20_000);
        NatsMaxReconnectsReachedEvent limit = Assert.Single(rig.Of<NatsMaxReconnectsReachedEvent>());
        Assert.Equal((NatsReconnectLimit.AttemptsPerServer, 2, MachineRig.Url(1)), (limit.Limit, limit.MaxAttempts, limit.Server?.Url));
        Assert.Equal(NatsServerPoolChangeSource.Exhausted, Assert.Single(rig.Of<NatsServerPoolChangedEvent>()).Source);
        int dialled = rig.Dials.Count;
        rig.Lose().Fail();
        Assert.Equal("10.0.0.2", Assert.Single(rig.Dials.Skip(dialled)).Dial.Server.Address.Host);
        rig.NextRound();
        NatsServerPoolChangedEvent back = rig.Of<NatsServerPoolChangedEvent>().Last();
        Assert.Equal((NatsServerPoolChangeSource.Recovered, MachineRig.Url(1)), (back.Source, Assert.Single(back.Returned)));
        Assert.Equal("10.0.0.1", rig.Dials[^1].Dial.Server.Address.Host);
        rig.AssertGrammar();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void No_limit_is_reported_in_an_outage_in_which_every_server_fails(int servers)
    {
        MachineRig rig = new MachineRig(servers: servers).Opened().Lose();
        for (int round = 0; round < 200; round++)
        {
            rig.FailAllOpen().NextRound();
        }

        Assert.Empty(rig.Of<NatsMaxReconnectsReachedEvent>());
        Assert.Empty(rig.Of<NatsServerPoolChangedEvent>());
        Assert.DoesNotContain(rig.Pool, server => server.IsParked);
    }

    [Fact]
    public void A_failed_attempt_and_a_lost_session_name_the_server_and_the_number_of_the_connection_there()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect();
        rig.Step(new AttemptProgressed(1, NatsConnectPhase.Authentication) { Info = new NatsServerInfo { Id = "NA", ClientId = 7 } }).Fail();
        NatsConnectAttemptFailedEvent failed = rig.Of<NatsConnectAttemptFailedEvent>().Single();
        Assert.Equal(("NA", 7UL), (failed.ServerId, failed.ClientId));
        rig.Accept(info: new NatsServerInfo { Id = "NB", ClientId = 9 }).Lose();
        NatsDisconnectedEvent lost = rig.Of<NatsDisconnectedEvent>().Single();
        Assert.Equal(("NB", 9UL), (lost.ServerId, lost.ClientId));
        Assert.Equal(9UL, rig.Of<NatsConnectedEvent>().Single().Info.ClientId);
        rig.Fail();
        Assert.Null(rig.Of<NatsConnectAttemptFailedEvent>().Last().ClientId);
    }

    [Fact]
    public void An_abandoned_attempt_reports_its_phase()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect();
        rig.Step(new AttemptProgressed(1, NatsConnectPhase.Dns)).Advance(250).Accept(attempt: 2);
        Assert.Equal(NatsConnectPhase.Dns, rig.Of<NatsConnectAttemptFailedEvent>().Single().Phase);
    }

    [Fact]
    public void A_dial_without_INFO_that_is_left_alone_is_joined_immediately_and_one_with_INFO_after_its_delay()
    {
        MachineRig rig = new MachineRig(servers: 3).Advance(1000).Connect().Advance(250).Advance(100).Fail(attempt: 1);
        Assert.Equal(TimeSpan.Zero, rig.Of<NatsConnectAttemptFailedEvent>().Single().NextDelay);
        Assert.Equal([2, 3], rig.Open.Keys.Order());

        rig = new MachineRig(servers: 3).Advance(1000).Connect().Advance(250);
        rig.Step(new AttemptProgressed(2, NatsConnectPhase.Authentication) { Info = new NatsServerInfo() }).Advance(100).Fail(attempt: 1);
        Assert.Null(rig.Of<NatsConnectAttemptFailedEvent>().Single().NextDelay);
        Assert.Equal([2], rig.Open.Keys);
        Assert.Equal([2], rig.Advance(149).Open.Keys);
        Assert.Equal([2, 3], rig.Advance(1).Open.Keys.Order());
    }

    [Fact]
    public void A_second_dial_that_is_due_before_the_first_has_had_its_time_is_postponed()
    {
        MachineRig rig = new MachineRig(servers: 2).Advance(1000).Connect().Advance(100).Step(new TimerFired(MachineTimer.Hedge));
        Assert.Equal(new SetTimer(MachineTimer.Hedge, TimeSpan.FromMilliseconds(150)), Assert.Single(rig.Effects));
        rig.Step(new AttemptProgressed(1, NatsConnectPhase.Authentication) { AwaitsServer = false }).Advance(4000).Step(new TimerFired(MachineTimer.Hedge));
        Assert.Single(rig.Dials);
        Assert.DoesNotContain(MachineTimer.Hedge, rig.Timers.Keys);
    }

    [Fact]
    public void An_address_that_is_found_late_is_dialled_without_delay()
    {
        MachineRig rig = new MachineRig().Connect().Advance(400).Step(new AddressesResolved(1, [IPAddress.Loopback, IPAddress.IPv6Loopback], new IPEndPoint(IPAddress.Loopback, 4222)));
        Assert.Equal(TimeSpan.Zero, rig.Did<SetTimer>().Due);
    }

    [Fact]
    public void A_name_is_resolved_first_and_its_further_addresses_are_not()
    {
        MachineRig rig = new MachineRig(s_retrying).Step(new ServersReplaced([.. ServerAddress.ParseList(["nats://name:4222"])], Reconnect: false)).Connect();
        Assert.Equal(NatsConnectPhase.Dns, rig.State.Search.Open[0].Phase);
        rig.Step(new AddressesResolved(1, [IPAddress.Loopback, IPAddress.IPv6Loopback], new IPEndPoint(IPAddress.Loopback, 4222))).Fail();
        Assert.Equal(NatsConnectPhase.Tcp, rig.State.Search.Open[0].Phase);
        Assert.Equal(NatsConnectPhase.Tcp, new MachineRig().Connect().State.Search.Open[0].Phase);
    }

    [Fact]
    public void A_dial_that_another_replaces_is_reported_with_its_time_and_cause()
    {
        NatsConnectAttemptFailedEvent replaced = new MachineRig(servers: 5).Advance(1000).Connect().Advance(500).Of<NatsConnectAttemptFailedEvent>().Single();
        Assert.Equal("No progress for 250 ms (phase Tcp); replaced by an attempt on another server.", Assert.IsType<TimeoutException>(replaced.Exception).Message);
        Assert.Equal((2, 2, 1, TimeSpan.FromMilliseconds(250)), (replaced.AttemptId, replaced.Attempt, replaced.Round, replaced.Duration));
    }

    [Fact]
    public void A_server_that_is_replaced_at_two_of_its_addresses_is_dialled_once_more()
    {
        MachineRig rig = new MachineRig(s_retrying, servers: 5).Connect();
        rig.Step(new AddressesResolved(1, [.. Enumerable.Range(1, 4).Select(i => IPAddress.Parse($"10.9.9.{i}"))], new IPEndPoint(IPAddress.Parse("10.9.9.1"), 4222))).Advance(1000);
        Assert.Equal([rig.State.Pool.Servers[0].Id], rig.State.Search.Replaced);
    }

    [Fact]
    public void A_name_whose_last_address_is_replaced_has_failed_once()
    {
        MachineRig rig = new MachineRig(s_retrying, servers: 4).Connect();
        rig.Step(new AddressesResolved(1, [IPAddress.Loopback, IPAddress.IPv6Loopback], new IPEndPoint(IPAddress.Loopback, 4222))).Fail(1).Advance(750);
        NatsConnectAttemptFailedEvent replaced = rig.Of<NatsConnectAttemptFailedEvent>().Last(failed => failed.Abandoned);
        Assert.Equal((new IPEndPoint(IPAddress.IPv6Loopback, 4222), 0), (replaced.Endpoint, rig.Open.Values.Count(dial => dial.Server.Address.Host == "10.0.0.1")));
        Assert.Equal([1, 0, 0, 0], rig.State.Pool.Servers.Select(server => server.Attempts));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(1, 16)]
    [InlineData(2, 4)]
    [InlineData(5, 3)]
    public void A_first_connect_to_names_whose_addresses_are_silent_ends_after_one_round(int servers, int addresses)
    {
        MachineRig rig = new MachineRig(servers: servers).Connect();
        IPAddress[] found = [.. Enumerable.Range(1, addresses).Select(i => IPAddress.Parse($"10.9.9.{i}"))];
        for (int resolved = 0; rig.Over is null; resolved++)
        {
            while (resolved == rig.Dials.Count && rig.Over is null)
            {
                rig.Advance(50);
                Assert.InRange(rig.Now, TimeSpan.Zero, TimeSpan.FromMinutes(2));
                foreach ((TimeSpan at, Dial dial) in rig.Dials.Where(open => rig.Open.ContainsKey(open.Dial.AttemptId) && rig.Now - open.At >= TimeSpan.FromSeconds(5)).ToArray())
                {
                    rig.Fail(dial.AttemptId);
                }
            }

            if (rig.Over is null && rig.Dials[resolved].Dial is { Address: null } named && rig.Open.ContainsKey(named.AttemptId))
            {
                rig.Step(new AddressesResolved(named.AttemptId, [.. found], new IPEndPoint(found[0], 4222)));
            }
        }

        Assert.Equal(NatsCloseReason.InitialConnectFailed, rig.Over.Reason);
    }

    [Fact]
    public void The_numbers_of_attempts_rounds_and_callbacks_count_from_one()
    {
        MachineRig rig = new MachineRig(s_retrying with { HasDelayCallback = true, HasSelector = true }).Connect();
        Assert.Equal((1, null), (rig.Did<InvokeSelector>().Number, rig.Did<InvokeSelector>().Info));
        int only = rig.State.Pool.Servers[0].Id;
        rig.Step(new SelectorReturned(1, only, null, null, TimeSpan.FromSeconds(1)));
        Assert.Equal(1, rig.Of<NatsReconnectDelayEvent>().Single().Round);
        Assert.Empty(rig.Step(new SelectorReturned(1, only, null, null, TimeSpan.Zero)).Effects);
        rig.NextRound().Fail();
        Assert.Equal((2, 1), (rig.Did<InvokeDelayCallback>().Number, rig.Did<InvokeDelayCallback>().Round));
        rig.Step(new DelayReturned(2, TimeSpan.FromSeconds(1)));
        Assert.Equal((2, null), (rig.Of<NatsReconnectDelayEvent>().Last().Round, rig.Of<NatsReconnectDelayEvent>().Last().Next));
        Assert.Empty(rig.Step(new DelayReturned(2, TimeSpan.Zero)).Effects);
        Assert.Equal(3, rig.NextRound().Did<InvokeSelector>().Number);
        rig.Step(new SelectorReturned(3, null, MachineRig.Url(7), null, TimeSpan.Zero));
        Assert.Equal("", rig.Of<NatsServerSelectionRejectedEvent>().Single().Reason);
    }
}
