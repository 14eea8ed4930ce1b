using Earshot.Client.Tests.Sessions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>A flush promises that what was published before has arrived, so it fails when a session took some of that with it.</summary>
public sealed class UncertainPublishTests
{
    [Fact]
    public async Task A_flush_after_a_reconnect_fails_for_what_the_lost_session_may_have_lost()
    {
        await using var rig = new ConnectionRig();
        await LoseAfterAsync(rig, publishes: 100);
        ScriptedPeer next = await AcceptReplayAsync(rig);
        NatsUncertainPublishException failure = await Assert.ThrowsAsync<NatsUncertainPublishException>(() => AnsweredAsync(rig, next, rig.Connection.FlushAsync(rig.Token)));
        Assert.Equal((NatsOutcome.Unknown, 100), (failure.Outcome, failure.Messages));

        await AnsweredAsync(rig, next, rig.Connection.FlushAsync(rig.Token));
        NatsDisconnectedEvent lost = await rig.WhenAsync<NatsDisconnectedEvent>();
        NatsResubscribedEvent confirmed = await rig.WhenAsync<NatsResubscribedEvent>();
        Assert.Equal((100, lost.UncertainBytes), (lost.UncertainMessages, confirmed.Window.UncertainBytes));
        Assert.Equal((100, 100), (confirmed.Window.UncertainMessages, rig.Connection.Stats.UncertainMessages));
        Assert.Equal(lost.UncertainBytes, rig.Connection.Stats.UncertainBytes);
        Assert.Contains("100 messages unconfirmed", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flush_in_flight_fails_with_the_number_when_its_session_ends()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync("orders", "1", cancellationToken: rig.Token);
        Task flush = rig.Connection.FlushAsync(rig.Token).AsTask();
        await peer.ExpectAsync("PUB orders 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        peer.Close();

        NatsUncertainPublishException failure = await Assert.ThrowsAsync<NatsUncertainPublishException>(() => flush);
        Assert.Equal(1, failure.Messages);
        ScriptedPeer next = await AcceptReplayAsync(rig);
        await AnsweredAsync(rig, next, rig.Connection.FlushAsync(rig.Token));
    }

    [Fact]
    public async Task A_session_that_ends_with_nothing_uncertain_fails_no_later_flush()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Task flush = rig.Connection.FlushAsync(rig.Token).AsTask();
        await peer.ExpectAsync("PING", rig.Token);
        peer.Close();
        await Assert.ThrowsAsync<NatsConnectionLostException>(() => flush); // its answer is lost, and nothing else
        ScriptedPeer next = await AcceptReplayAsync(rig);

        await AnsweredAsync(rig, next, rig.Connection.FlushAsync(rig.Token));
        Assert.Equal(0, (await rig.WhenAsync<NatsDisconnectedEvent>()).UncertainMessages);
    }

    [Fact]
    public async Task Ping_and_confirm_neither_report_uncertain_publishes_nor_take_them_from_the_next_flush()
    {
        await using var rig = new ConnectionRig();
        await LoseAfterAsync(rig, publishes: 3);
        ScriptedPeer next = await AcceptReplayAsync(rig);
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await next.ExpectAsync("SUB orders", rig.Token);
        await AnsweredAsync(rig, next, Wait(rig.Connection.PingAsync(rig.Token)));
        await AnsweredAsync(rig, next, sub.ConfirmAsync(rig.Token));

        Assert.Equal(3, (await Assert.ThrowsAsync<NatsUncertainPublishException>(() => AnsweredAsync(rig, next, rig.Connection.FlushAsync(rig.Token)))).Messages);

        static async ValueTask Wait(ValueTask<TimeSpan> ping) => await ping;
    }

    [Fact]
    public async Task A_flush_with_a_mark_fails_exactly_when_a_gap_lies_behind_the_mark()
    {
        await using var rig = new ConnectionRig();
        NatsPublishMark before = rig.Connection.GetPublishMark();
        await LoseAfterAsync(rig, publishes: 3);
        NatsPublishMark after = rig.Connection.GetPublishMark();
        await rig.Connection.PublishAsync("kept", "1", cancellationToken: rig.Token);
        ScriptedPeer next = await AcceptReplayAsync(rig);
        await next.ExpectAsync("PUB kept 1", rig.Token);

        await AnsweredAsync(rig, next, rig.Connection.FlushAsync(after, rig.Token));
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(3, (await Assert.ThrowsAsync<NatsUncertainPublishException>(() => AnsweredAsync(rig, next, rig.Connection.FlushAsync(before, rig.Token)))).Messages);
        }

        Assert.Equal(3, (await Assert.ThrowsAsync<NatsUncertainPublishException>(() => AnsweredAsync(rig, next, rig.Connection.FlushAsync(rig.Token)))).Messages);
    }

    [Fact]
    public async Task A_flush_of_a_connection_that_closes_reports_it()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Task flush = rig.Connection.FlushAsync(rig.Token).AsTask();
        await peer.ExpectAsync("PING", rig.Token);
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());

        await Assert.ThrowsAnyAsync<NatsDeliveryException>(() => flush);
    }

    [Fact]
    public async Task A_request_that_was_never_written_is_not_sent_when_the_connection_closes()
    {
        await using var rig = new ConnectionRig(o => o with { RequestTimeout = TimeSpan.FromMinutes(1) });
        rig.Server().TransportOptions = new MemoryTransportOptions { Capacity = 256 };
        ScriptedPeer peer = await rig.OpenAsync();
        Task<NatsMsg<string>> written = rig.Connection.RequestAsync<string, string>("written", "?", cancellationToken: rig.Token).AsTask();
        await peer.ExpectAsync("SUB", rig.Token);
        await peer.ExpectAsync("PUB written", rig.Token);
        await rig.Connection.PublishAsync("large", new byte[1000], cancellationToken: rig.Token);
        await Conditions.UntilAsync(() => peer.Pair.UnreadByServer == 256); // its write has begun and cannot end
        Task<NatsMsg<string>> kept = rig.Connection.RequestAsync<string, string>("kept", "?", cancellationToken: rig.Token).AsTask();
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());

        Assert.Equal(NatsOutcome.Unknown, (await Assert.ThrowsAnyAsync<NatsDeliveryException>(() => written)).Outcome);
        Assert.Equal(NatsOutcome.NotSent, (await Assert.ThrowsAnyAsync<NatsDeliveryException>(() => kept)).Outcome);
    }

    private static async Task LoseAfterAsync(ConnectionRig rig, int publishes)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        for (int i = 0; i < publishes; i++)
        {
            await rig.Connection.PublishAsync("orders", "1", cancellationToken: rig.Token);
        }

        for (int i = 0; i < publishes; i++)
        {
            await peer.ExpectAsync("PUB orders 1", rig.Token);
        }

        await Conditions.UntilAsync(() => rig.Connection.Stats.PendingMessages == 0);
        peer.Close();
        await rig.WhenAsync<NatsDisconnectedEvent>();
    }

    private static async Task<ScriptedPeer> AcceptReplayAsync(ConnectionRig rig)
    {
        ScriptedPeer next = await rig.AcceptAsync();
        await next.ExpectAsync("PING", rig.Token);
        await next.SendAsync("PONG");
        await rig.WhenAsync<NatsResubscribedEvent>();
        return next;
    }

    private static async Task AnsweredAsync(ConnectionRig rig, ScriptedPeer peer, ValueTask call)
    {
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await call;
    }
}
