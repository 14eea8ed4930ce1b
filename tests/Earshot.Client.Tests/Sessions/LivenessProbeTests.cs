using Earshot.Client.Tests.Outbound;
using Earshot.Sessions;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

/// <summary>The use of the TCP state by the keep-alive on a silent connection, and the PINGs that confirm publishes.</summary>
public sealed class LivenessProbeTests
{
    private readonly SessionRig _rig;
    private long _acknowledged;
    private long _outstanding;
    private int _unread;

    public LivenessProbeTests()
        : this(null)
    {
    }

    private LivenessProbeTests(SessionOptions? options) => _rig = new SessionRig(options);

    [Fact]
    public async Task Publishes_that_no_pong_has_covered_get_one_ping_within_two_seconds()
    {
        _rig.Started();
        await AdvanceAsync(5);
        _rig.Rig.Publish("a");
        await AdvanceAsync(2);
        Assert.Equal(1, _rig.Session.PingsOutstanding);
        _rig.Rig.Publish("b");
        await InboundAsync();
        await AdvanceAsync(3);
        Assert.Single(_rig.Rig.Events().OfType<NatsPingSentEvent>()); // one in flight
        Assert.True(_rig.Rig.Outbound.HasUncovered); // a byte that comes in confirms nothing
        await AnswerAsync();
        await AdvanceAsync(2.1);
        await AnswerAsync();

        Assert.False(_rig.Rig.Outbound.HasUncovered);
        Assert.False(_rig.WasGivenUp);
    }

    [Fact]
    public async Task A_steady_publisher_gets_a_ping_every_two_seconds_and_no_more()
    {
        _rig.Started();
        for (int second = 0; second < 20; second++)
        {
            _rig.Rig.Publish("a");
            await AdvanceAsync(1);
            if (_rig.Session.PingsOutstanding > 0)
            {
                await AnswerAsync();
            }
        }

        Assert.InRange(_rig.Rig.Events().OfType<NatsPingSentEvent>().Count(), 6, 10);
    }

    [Fact]
    public async Task An_unreachable_peer_behind_small_publishes_is_detected_in_nine_seconds_and_a_half()
    {
        _rig.Started();
        await AdvanceAsync(9);
        _rig.Rig.Publish("a");
        await AdvanceAsync(9.5);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task Without_tcp_info_the_connection_is_stale_after_20_seconds_of_silence()
    {
        _rig.Pair.Client.Pulses = static () => null;
        await RequestAsync();
        await AdvanceAsync(19.8);
        Assert.False(_rig.WasGivenUp);
        await AdvanceAsync(0.3);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task A_ping_that_is_never_acknowledged_is_given_up_after_five_seconds()
    {
        (_acknowledged, _outstanding) = (100, 6);
        await RequestAsync();
        await AdvanceAsync(6.9);
        Assert.False(_rig.WasGivenUp);
        await AdvanceAsync(0.2);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task A_ping_is_given_up_five_seconds_after_the_last_acknowledgement_where_the_system_reports_it()
    {
        (_acknowledged, _outstanding) = (100, 6);
        _rig.Pair.Client.Pulses = () => new TransportProgress(_acknowledged, _outstanding, _unread) { SinceAcknowledged = TimeSpan.FromMinutes(1) };
        await RequestAsync();
        await AdvanceAsync(4.9);
        Assert.False(_rig.WasGivenUp);
        await AdvanceAsync(0.2);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task An_acknowledgement_shortly_before_the_ping_counts()
    {
        (_acknowledged, _outstanding) = (100, 6);
        long acknowledgedAt = 0;
        _rig.Pair.Client.Pulses = () => new TransportProgress(_acknowledged, _outstanding, _unread) { SinceAcknowledged = _rig.Rig.Time.GetElapsedTime(acknowledgedAt) };
        await RequestAsync();
        await AdvanceAsync(1.5);
        acknowledgedAt = _rig.Rig.Time.GetTimestamp(); // of bytes before the PING, which follows half a second later
        await AdvanceAsync(4.9);
        Assert.False(_rig.WasGivenUp);
        await AdvanceAsync(0.2);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task Time_in_which_nothing_was_outstanding_does_not_count_against_a_peer()
    {
        (_acknowledged, _outstanding) = (100, 0); // the request is acknowledged, and its reply takes long
        _rig.Pair.Client.Pulses = () => new TransportProgress(_acknowledged, _outstanding, _unread) { SinceAcknowledged = TimeSpan.FromMinutes(1) };
        await RequestAsync();
        await AdvanceAsync(2);
        Assert.Equal(1, _rig.Session.PingsOutstanding);
        _outstanding = 6; // the PING
        await AdvanceAsync(4.8);
        Assert.False(_rig.WasGivenUp);
        await AdvanceAsync(0.5);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task A_publish_after_a_long_silence_is_given_five_seconds_although_the_last_acknowledgement_is_older()
    {
        (_acknowledged, _outstanding) = (100, 0);
        _rig.Pair.Client.Pulses = () => new TransportProgress(_acknowledged, _outstanding, _unread) { SinceAcknowledged = TimeSpan.FromMinutes(1) };
        _rig.Started();
        await AdvanceAsync(9);
        _outstanding = 20;
        _rig.Rig.Publish("a");
        await AdvanceAsync(4.9);
        Assert.False(_rig.WasGivenUp);
        await AdvanceAsync(2.2);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task A_probe_delay_close_to_the_timeout_leaves_a_ping_half_of_the_timeout()
    {
        var rig = new LivenessProbeTests(DefaultOptions.Session with { ProbeDelay = TimeSpan.FromSeconds(4.9) });
        (rig._acknowledged, rig._outstanding) = (100, 6);
        rig._rig.Pair.Client.Pulses = () => new TransportProgress(rig._acknowledged, rig._outstanding, 0) { SinceAcknowledged = TimeSpan.FromMinutes(1) };
        await rig.RequestAsync();
        await rig.AdvanceAsync(4.9 + 2.4);
        Assert.False(rig._rig.WasGivenUp);
        await rig.AdvanceAsync(0.3);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await rig._rig.EndAsync()).Reason);
    }

    [Fact]
    public void A_first_check_that_comes_late_counts_from_an_acknowledgement_after_the_ping()
    {
        long second = TimeProvider.System.TimestampFrequency;
        var probe = new LivenessProbe(pingSentAt: 100 * second, unansweredSince: 98 * second, end: 10);
        var late = new LivenessSample(106 * second, 90 * second, 10, new TransportProgress(100, 6, 0) { SinceAcknowledged = TimeSpan.FromSeconds(2) });

        Assert.False(probe.IsStale(late, DefaultOptions.Session, TimeProvider.System, out _));
    }

    [Fact]
    public async Task The_time_to_answer_begins_when_the_ping_was_acknowledged()
    {
        (_acknowledged, _outstanding) = (100, 1_000_000);
        await RequestAsync();
        await AdvanceAsync(2);
        for (int second = 0; second < 60; second++)
        {
            (_acknowledged, _outstanding) = (_acknowledged + 10_000, _outstanding - 10_000);
            await AdvanceAsync(1); // a slow connection that still accepts bytes is not stale
        }

        Assert.False(_rig.WasGivenUp);
        (_acknowledged, _outstanding) = (_acknowledged + _outstanding, 0);
        await AdvanceAsync(5.1);
        Assert.False(_rig.WasGivenUp);
        await AdvanceAsync(0.3);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task Unread_bytes_count_as_inbound_and_are_reported_as_thread_pool_starvation()
    {
        (_acknowledged, _unread) = (100, 5);
        await RequestAsync();
        await AdvanceAsync(30);
        Assert.False(_rig.WasGivenUp);

        NatsProcessStalledEvent stalled = Assert.Single(_rig.Rig.Events().OfType<NatsProcessStalledEvent>());
        Assert.Equal(NatsStallKind.ThreadPoolStarvation, stalled.StallKind);
        Assert.True(stalled.Duration >= TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task An_idle_link_with_bytes_to_read_has_missed_no_pong()
    {
        (_acknowledged, _unread) = (100, 5);
        _rig.Pair.Client.Pulses = () => new TransportProgress(_acknowledged, _outstanding, _unread);
        _rig.Started();
        await AdvanceAsync(60);

        Assert.False(_rig.WasGivenUp);
    }

    [Fact]
    public void The_token_of_a_session_is_cancelled_when_the_connection_is_stale_although_its_loops_have_not_ended()
    {
        _rig.Rig.Publish("a"); // not started: nothing reads, so nothing leaves
        CancellationToken before = _rig.Session.Token;
        _rig.Session.EndStale(new SessionEnd(NatsDisconnectReason.ReadTimeout));

        Assert.Equal((true, true, 0), (before.IsCancellationRequested, _rig.Session.Token.IsCancellationRequested, _rig.Ends));
        Assert.Equal(NatsDisconnectReason.ReadTimeout, _rig.Session.Ending?.Reason);
    }

    private async Task RequestAsync()
    {
        _rig.Pair.Client.Pulses ??= () => new TransportProgress(_acknowledged, _outstanding, _unread);
        _rig.Started();
        _rig.Rig.Inbox.Begin("a", false, TimeSpan.FromMinutes(10));
        await WrittenAsync();
    }

    private async Task AnswerAsync()
    {
        await _rig.Peer.ReadUntilPingAsync();
        await _rig.Peer.SendAsync("PONG");
        await Conditions.UntilAsync(() => _rig.Session.PingsOutstanding == 0);
    }

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
