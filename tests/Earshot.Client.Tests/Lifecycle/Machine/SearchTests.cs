using System.Net;
using Earshot.Lifecycle;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>Rounds, waits, company and the callbacks of a search.</summary>
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
    public void A_dial_without_a_sign_of_life_gets_company_after_250_ms_and_never_more_than_one()
    {
        MachineRig rig = new MachineRig(servers: 4).Connect().Advance(249);
        Assert.Single(rig.Open);
        rig.Advance(1);
        Assert.Equal(2, rig.Open.Count);
        rig.Advance(10_000);
        Assert.Equal(2, rig.Open.Count);
        rig.Fail();
        Assert.Equal(2, rig.Open.Count);
        Assert.Equal(3, rig.Dials.Count);
    }

    [Fact]
    public void A_dial_that_has_received_info_needs_no_company()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect();
        rig.Step(new AttemptShowedLife(1)).Advance(4000);
        Assert.Single(rig.Dials);
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
    public void A_name_that_resolves_late_still_gives_its_hanging_dial_company()
    {
        MachineRig rig = new MachineRig().Connect().Advance(400);
        Assert.Single(rig.Dials);
        rig.Step(new AddressesResolved(1, [IPAddress.Loopback, IPAddress.IPv6Loopback], new IPEndPoint(IPAddress.Loopback, 4222))).Advance(1);
        Assert.Equal(IPAddress.IPv6Loopback, rig.Dials[^1].Dial.Address);
    }

    [Fact]
    public void A_failed_attempt_knows_whether_and_when_another_follows()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Fail();
        NatsConnectAttemptFailedEvent first = rig.Of<NatsConnectAttemptFailedEvent>().Last();
        Assert.Equal((true, TimeSpan.Zero), (first.WillRetry, first.NextDelay));
        rig.Fail();
        NatsConnectAttemptFailedEvent last = rig.Of<NatsConnectAttemptFailedEvent>().Last();
        Assert.Equal((false, null), (last.WillRetry, last.NextDelay));
    }

    [Fact]
    public void A_failed_attempt_beside_an_open_one_promises_no_moment()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Advance(250);
        rig.Step(new AttemptShowedLife(2)).Fail(attempt: 1);
        NatsConnectAttemptFailedEvent failed = rig.Of<NatsConnectAttemptFailedEvent>().Last();
        Assert.Equal((true, null), (failed.WillRetry, failed.NextDelay));
    }

    [Fact]
    public void The_delay_callback_decides_the_wait_and_its_late_answer_counts_for_nothing()
    {
        MachineRig rig = new MachineRig(s_retrying with { HasDelayCallback = true }).Connect().Fail();
        Assert.Null(rig.Of<NatsConnectAttemptFailedEvent>().Last().NextDelay);
        AskDelay asked = rig.Did<AskDelay>();
        rig.Step(new DelayAnswered(asked.Number, TimeSpan.FromSeconds(7)));
        NatsReconnectDelayEvent waiting = rig.Of<NatsReconnectDelayEvent>().Last();
        Assert.Equal((TimeSpan.FromSeconds(7), DelaySource.Handler), (waiting.Delay, waiting.Source));
        rig.Advance(7000).Fail();
        Assert.Equal(2, rig.Dials.Count);
        rig.Step(new DelayAnswered(asked.Number, TimeSpan.Zero));
        Assert.DoesNotContain(MachineTimer.Backoff, rig.Timers.Keys);
    }

    [Fact]
    public void The_selector_chooses_the_server_and_is_asked_once_for_it()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { HasSelector = true }, servers: 3).Connect();
        int chosen = rig.State.Pool.Servers[2].Id;
        rig.Step(new SelectorAnswered(rig.Did<AskSelector>().Number, chosen, null, null, TimeSpan.FromSeconds(2)));
        Assert.Empty(rig.Dials);
        Assert.Equal(DelaySource.ReconnectToServer, rig.Of<NatsReconnectDelayEvent>().Last().Source);
        Assert.Equal(MachineRig.Url(3), rig.Of<NatsReconnectDelayEvent>().Last().Next?.Url);
        rig.Advance(2000);
        Assert.Equal(chosen, Assert.Single(rig.Dials).Dial.Server.Id);
        Assert.Equal(ServerSelection.Callback, rig.Of<NatsConnectAttemptEvent>().Last().By);
    }

    [Fact]
    public void A_foreign_server_is_rejected_and_the_pool_decides()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { HasSelector = true }, servers: 2).Connect();
        rig.Step(new SelectorAnswered(rig.Did<AskSelector>().Number, null, new Uri("nats://elsewhere:4222"), "it is not in the server pool", TimeSpan.Zero));
        Assert.Equal("it is not in the server pool", Assert.Single(rig.Of<NatsServerSelectionRejectedEvent>()).Why);
        Assert.Equal(ServerSelection.Pool, Assert.Single(rig.Of<NatsConnectAttemptEvent>()).By);
    }

    [Fact]
    public void A_pool_that_is_replaced_while_it_is_searched_is_searched_on()
    {
        MachineRig rig = new MachineRig(s_retrying, servers: 2).Connect();
        rig.Step(new ServersSet([.. MachineRig.Addresses(1, from: 9)], Reconnect: false)).Fail();
        Assert.Equal("10.0.0.9", rig.Dials[^1].Dial.Server.Address.Host);
    }

    [Fact]
    public void A_server_that_fails_too_often_is_parked_and_all_return_when_none_is_left()
    {
        MachineRig rig = new MachineRig(s_retrying with { MaxReconnectsPerServer = 2 }, servers: 2).Connect().Fail().Fail().NextRound().Fail();
        NatsMaxReconnectsReachedEvent limit = Assert.Single(rig.Of<NatsMaxReconnectsReachedEvent>());
        Assert.Equal((2, ExhaustedScope.Server), (limit.Limit, limit.Scope));
        Assert.Equal(PoolChangeSource.Exhausted, Assert.Single(rig.Of<NatsServerPoolChangedEvent>()).Source);
        rig.Fail().NextRound();
        NatsServerPoolChangedEvent back = rig.Of<NatsServerPoolChangedEvent>().Last();
        Assert.Equal((PoolChangeSource.Recovered, 2), (back.Source, back.Returned.Count));
        Assert.NotEmpty(rig.Open);
        rig.AssertGrammar();
    }
}
