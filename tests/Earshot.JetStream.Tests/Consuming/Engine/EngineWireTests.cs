using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The frames that a read writes, over an in-memory server with fake time.</summary>
public sealed class EngineWireTests : WireTests
{
    [Fact]
    public async Task Pull_request_of_a_new_session_follows_the_SUB_of_its_inbox_and_precedes_the_PING()
    {
        await StartAsync();
        (string inbox, string request) = await PullAsync();
        Assert.EndsWith(".1", inbox, StringComparison.Ordinal);
        Assert.Equal("""{"batch":10,"expires":30000000000,"idle_heartbeat":5000000000}""", request);
        Peer.Close();
        Peer = await AcceptAsync();
        (string second, string again) = await PullAsync();
        await Peer.ExpectAsync("PING", Cancel);

        Assert.Equal((inbox[..^1] + "2", request), (second, again));
    }

    [Fact]
    public async Task Ten_seconds_of_silence_cause_an_alarm_and_a_pull_request_with_a_new_inbox()
    {
        await StartAsync();
        (string inbox, _) = await PullAsync();
        Time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Empty(Connection.Events.ToList().OfType<NatsHeartbeatAlarmEvent>());
        Time.Advance(TimeSpan.FromSeconds(0.2));
        (string second, _) = await PullAsync();

        Assert.Equal(inbox[..^1] + "2", second);
        Assert.Single(Connection.Events.ToList().OfType<NatsHeartbeatAlarmEvent>());
    }

    [Fact]
    public async Task Stop_unsubscribes_after_the_requested_messages_and_returns_unread_ones_after_the_PONG()
    {
        INatsJSConsume<string> consume = await StartAsync();
        await PullAsync();
        await Peer.SendMessageAsync("a", 1, "x", Reply(1));
        await Peer.SendMessageAsync("a", 1, "y", Reply(2));
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        await messages.Current.AckAsync(cancellationToken: Cancel);
        Task<bool> ended = StopAsync(consume, messages);
        await PublishedAsync(Reply(1), "+ACK");
        Task<ClientOperation> unsubscribed = Peer.ExpectAsync("UNSUB 1", Cancel);
        await PassUntilAsync(unsubscribed);
        await Peer.ExpectAsync("PING", Cancel);
        await Peer.SendMessageAsync("a", 1, "z", Reply(3)); // was in flight
        await Peer.SendAsync("PONG");
        await PublishedAsync(Reply(2), "-NAK");
        await PublishedAsync(Reply(3), "-NAK");

        Assert.False(await ended);
        Assert.Equal(NatsJSConsumeState.Ended, consume.State);
    }

    private static async Task<bool> StopAsync(INatsJSConsume<string> consume, IAsyncEnumerator<INatsJSMsg<string>> messages)
    {
        await consume.StopAsync();
        return await messages.MoveNextAsync();
    }
}
