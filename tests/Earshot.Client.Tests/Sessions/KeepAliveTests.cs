using Earshot.Client.Tests.Outbound;
using Earshot.Sessions;
using Earshot.Subscriptions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

public sealed class KeepAliveTests
{
    private readonly SessionRig _rig = new();

    [Fact]
    public async Task An_idle_link_is_pinged_every_ten_seconds_and_a_pong_resets_the_count()
    {
        _rig.Started();
        for (int round = 1; round <= 5; round++)
        {
            await AdvanceAsync(9.9);
            Assert.Equal(0, _rig.Session.PingsOutstanding);
            await AdvanceAsync(0.1);
            Assert.Equal(1, _rig.Session.PingsOutstanding);
            await _rig.Peer.ReadUntilPingAsync();
            await _rig.Peer.SendAsync("PONG");
            await Conditions.UntilAsync(() => _rig.Session.PingsOutstanding == 0);
        }

        Assert.False(_rig.WasGivenUp);
        Assert.Equal(5, _rig.Rig.Events().OfType<NatsPingSentEvent>().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(124)]
    public async Task Idle_connections_are_pinged_at_common_moments_whenever_they_began(int milliseconds)
    {
        _rig.Rig.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _rig.Started();
        _rig.Rig.Time.Advance(TimeSpan.FromMilliseconds(200 - milliseconds));
        await AdvanceAsync(9.7);
        Assert.Equal(0, _rig.Session.PingsOutstanding);
        await AdvanceAsync(0.1);
        Assert.Equal(1, _rig.Session.PingsOutstanding);
        await _rig.Peer.ReadUntilPingAsync();
        await _rig.Peer.SendAsync("PONG");
        await Conditions.UntilAsync(() => _rig.Session.PingsOutstanding == 0);
        await AdvanceAsync(9.9);
        Assert.Equal(0, _rig.Session.PingsOutstanding);
        await AdvanceAsync(0.1);
        Assert.Equal(1, _rig.Session.PingsOutstanding);
    }

    [Fact]
    public void A_transport_that_sends_immediately_is_pinged_on_the_thread_of_the_timer()
    {
        _rig.Pair.Client.SendsImmediately = true;
        _rig.Started();
        _rig.Rig.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((1, Environment.CurrentManagedThreadId), (_rig.Pair.Client.Sends, _rig.Pair.Client.SendThread));
    }

    [Fact]
    public async Task An_idle_connection_is_stale_after_two_unanswered_pings_at_thirty_seconds()
    {
        _rig.Started();
        await AdvanceAsync(29.9);
        Assert.Equal(2, _rig.Session.PingsOutstanding);
        Assert.False(_rig.WasGivenUp);
        await AdvanceAsync(0.1);

        Assert.Equal(NatsDisconnectReason.MissedPongs, (await _rig.EndAsync()).Reason);
        NatsStaleConnectionEvent stale = Assert.Single(_rig.Rig.Events().OfType<NatsStaleConnectionEvent>());
        Assert.Equal((2, 2, NatsStaleConnectionReason.MissedPongs), (stale.Outstanding, stale.Max, stale.Reason));
    }

    [Fact]
    public async Task Any_inbound_byte_resets_the_liveness_timer()
    {
        _rig.Started();
        for (int i = 0; i < 12; i++)
        {
            await AdvanceAsync(9);
            await InboundAsync(); // never a PONG
        }

        Assert.False(_rig.WasGivenUp);
    }

    [Fact]
    public async Task Its_own_unanswered_ping_does_not_make_a_link_busy()
    {
        _rig.Started();
        await AdvanceAsync(10);
        await AdvanceAsync(0.1);
        await InboundAsync(); // inbound data, but not the PONG
        await AdvanceAsync(9.8);

        Assert.False(_rig.WasGivenUp);
        Assert.Single(_rig.Rig.Events().OfType<NatsPingSentEvent>());
    }

    [Fact]
    public async Task A_busy_connection_is_probed_after_two_seconds_and_stale_when_the_PONG_is_five_seconds_late()
    {
        _rig.Started();
        await AdvanceAsync(7.3);
        RequestWaiter request = _rig.Rig.Inbox.Begin("a", false, TimeSpan.FromMinutes(1));
        await AdvanceAsync(1.9);
        Assert.Equal(0, _rig.Session.PingsOutstanding);
        await AdvanceAsync(0.1);
        Assert.Equal(1, _rig.Session.PingsOutstanding);
        await AdvanceAsync(5.1);
        Assert.False(_rig.WasGivenUp);
        await AdvanceAsync(0.3);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
        Assert.True(request.IsWaiting); // what becomes of it is not the keep-alive's to decide
    }

    [Fact]
    public async Task A_slow_responder_is_not_a_stale_connection()
    {
        _rig.Started();
        _rig.Rig.Inbox.Begin("a", false, TimeSpan.FromMinutes(10));
        for (int round = 0; round < 20; round++)
        {
            await AdvanceAsync(2);
            Assert.Equal(1, _rig.Session.PingsOutstanding);
            await _rig.Peer.ReadUntilPingAsync();
            await _rig.Peer.SendAsync("PONG");
            await Conditions.UntilAsync(() => _rig.Session.PingsOutstanding == 0);
        }

        Assert.False(_rig.WasGivenUp);
    }

    [Fact]
    public async Task A_probe_that_a_late_timer_sent_late_gets_its_full_time()
    {
        _rig.Started();
        await AdvanceAsync(2);
        _rig.Rig.Inbox.Begin("a", false, TimeSpan.FromMinutes(1));
        _rig.Rig.Time.Advance(TimeSpan.FromSeconds(6.9)); // one jump: the timer is late, but not late enough for a stall
        Assert.Equal(1, _rig.Session.PingsOutstanding);
        await AdvanceAsync(4.9);
        Assert.False(_rig.WasGivenUp);
        await AdvanceAsync(0.5);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task Paused_process_probes_again_before_declaring_the_server_stale()
    {
        _rig.Started();
        _rig.Rig.Inbox.Begin("a", false, TimeSpan.FromHours(2));
        _rig.Rig.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.False(_rig.WasGivenUp);
        NatsProcessStalledEvent stalled = Assert.Single(_rig.Rig.Events().OfType<NatsProcessStalledEvent>());
        Assert.Equal(NatsStallKind.TimerDrift, stalled.StallKind);
        Assert.Equal(1, _rig.Session.PingsOutstanding);
        await InboundAsync();
        await AdvanceAsync(1);
        Assert.False(_rig.WasGivenUp);
        _rig.Peer.Close();
        Assert.Equal("the process was paused shortly before", (await _rig.EndAsync()).SuspectedCause);
    }

    [Theory]
    [InlineData("-ERR 'Stale Connection'", NatsDisconnectReason.ServerStale)]
    [InlineData("PONG", NatsDisconnectReason.ServerClosed)]
    public async Task A_pause_is_reported_before_the_end_that_it_caused_although_no_timer_has_fired(string last, NatsDisconnectReason reason)
    {
        _rig.Started();
        await InboundAsync();
        _rig.Rig.Time.AdjustTime(_rig.Rig.Time.GetUtcNow() + TimeSpan.FromSeconds(20)); // no timer fires
        await _rig.Peer.SendAsync(last);
        _rig.Peer.Close();
        SessionEnd end = await _rig.EndAsync();

        Assert.Equal((reason, "the process was paused shortly before"), (end.Reason, end.SuspectedCause));
        NatsProcessStalledEvent stalled = Assert.Single(_rig.Rig.Events().OfType<NatsProcessStalledEvent>());
        Assert.Equal((NatsStallKind.TimerDrift, TimeSpan.FromSeconds(18)), (stalled.StallKind, stalled.Duration)); // the next check was due after two seconds
    }

    [Fact]
    public async Task A_connection_without_a_response_after_a_pause_is_stale_when_the_PONG_is_five_seconds_late()
    {
        _rig.Started();
        _rig.Rig.Time.Advance(TimeSpan.FromMinutes(10));
        await AdvanceAsync(5.1);
        Assert.False(_rig.WasGivenUp);
        await AdvanceAsync(0.3);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task A_blocked_read_loop_is_not_stale_and_has_time_to_catch_up()
    {
        Subscription full = _rig.Rig.Subscribe("foo", new SubscriptionLimits(1, 1000, NatsSlowConsumerPolicy.Wait));
        _rig.Started();
        _rig.Rig.Inbox.Begin("a", false, TimeSpan.FromHours(1));
        await _rig.Peer.SendAsync("MSG foo 1 0\r\n\r\nMSG foo 1 0\r\n\r\n");
        await Conditions.UntilAsync(() => _rig.Session.IsReadBlocked);
        await AdvanceAsync(120);
        Assert.False(_rig.WasGivenUp);
        full.TryRead(out _);
        full.TryRead(out _);
        await Conditions.UntilAsync(() => !_rig.Session.IsReadBlocked);
        await AdvanceAsync(1.9);
        Assert.False(_rig.WasGivenUp);
        _rig.Peer.Close();

        Assert.Contains("slow consumer at the server", (await _rig.EndAsync()).SuspectedCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_does_not_complete_ends_the_session_although_bytes_are_received()
    {
        var rig = new SessionRig(transport: new MemoryTransportOptions { Capacity = 64 });
        rig.Started();
        rig.Rig.Publish("a", new byte[1000]);
        await Conditions.UntilAsync(() => rig.Rig.Outbound.WriteAge is not null);
        for (int i = 0; i < 12 && !rig.WasGivenUp; i++)
        {
            rig.Rig.Time.Advance(TimeSpan.FromSeconds(1));
            if (i < 9)
            {
                long before = rig.Rig.Parts.Counters.Bytes;
                await rig.Peer.SendAsync("+OK");
                await Conditions.UntilAsync(() => rig.Rig.Parts.Counters.Bytes > before);
            }
        }

        Assert.Equal(NatsDisconnectReason.WriteTimeout, (await rig.EndAsync()).Reason);
        Assert.Single(rig.Rig.Events().OfType<NatsSocketWriteTimeoutEvent>());
    }

    [Fact]
    public async Task A_write_that_does_not_complete_while_nothing_is_received_is_reported_as_a_write_stall()
    {
        var rig = new SessionRig(transport: new MemoryTransportOptions { Capacity = 64 });
        rig.Started();
        rig.Rig.Publish("a", new byte[1000]);
        await Conditions.UntilAsync(() => rig.Rig.Outbound.WriteAge is not null);
        for (int i = 0; i < 70; i++)
        {
            rig.Rig.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        SessionEnd end = await rig.EndAsync();
        Assert.Equal(NatsDisconnectReason.ReadTimeout, end.Reason);
        Assert.Contains("A socket write has been pending for 00:00:07", end.Exception!.Message, StringComparison.Ordinal);
        Assert.Equal(NatsStaleConnectionReason.WriteStall, rig.Rig.Events().OfType<NatsStaleConnectionEvent>().Single().Reason);
    }

    [Fact]
    public void A_write_whose_bytes_were_answered_does_not_make_a_link_busy_any_more()
    {
        var flusher = new ManualFlusher();
        _rig.Rig.Attach(flusher);
        Assert.NotNull(_rig.Rig.Pings.Send(inline: false));
        Assert.True(_rig.Rig.Outbound.TryTakeSlice(flusher, out _));
        Assert.NotNull(_rig.Rig.Outbound.WriteStarted);
        _rig.Rig.Pings.PongArrived(); // it overtakes the write, which has not completed

        Assert.Null(_rig.Rig.Outbound.WriteStarted);
    }

    [Fact]
    public async Task A_session_in_handover_is_not_pinged_and_not_stale_without_a_PONG()
    {
        _rig.Started();
        _rig.Rig.Seal();
        await AdvanceAsync(45);

        Assert.Equal((0, false), (_rig.Session.PingsOutstanding, _rig.WasGivenUp)); // the end itself is reported later, by another thread
    }

    [Fact]
    public async Task Nothing_is_found_after_the_end()
    {
        _rig.Started();
        _rig.Session.End(new SessionEnd(NatsDisconnectReason.UserClosed));
        await AdvanceAsync(60);

        Assert.DoesNotContain(_rig.Rig.Events(), e => e is NatsStaleConnectionEvent or NatsPingSentEvent);
    }

    // A write in progress makes the connection busy, so the clock is not advanced until the write has returned.
    private async Task AdvanceAsync(double seconds)
    {
        await WrittenAsync();
        for (int i = 0; i < Math.Round(seconds * 10); i++)
        {
            _rig.Rig.Time.Advance(TimeSpan.FromMilliseconds(100));
            await WrittenAsync();
        }
    }

    private Task WrittenAsync() => Conditions.UntilAsync(() => _rig.Rig.Outbound is { PendingBytes: 0, WriteAge: null });

    private async Task InboundAsync()
    {
        long before = _rig.Rig.Parts.Counters.Bytes;
        await _rig.Peer.SendAsync("+OK");
        await Conditions.UntilAsync(() => _rig.Rig.Parts.Counters.Bytes > before);
    }
}
