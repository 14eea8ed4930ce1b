using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>What a read writes, frame by frame, over an in-memory server with a clock that is moved by hand.</summary>
public sealed class EngineWireTests : WireTests
{
    [Fact]
    public async Task The_pull_of_a_new_session_stands_behind_its_fresh_inbox_and_in_front_of_the_ping()
    {
        await StartAsync(); // ends with the connection
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
    public async Task Ten_seconds_of_silence_are_an_alarm_and_a_pull_on_a_fresh_inbox()
    {
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        Time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Empty(Connection.Events.ToList().OfType<NatsHeartbeatAlarmEvent>());
        Time.Advance(TimeSpan.FromSeconds(0.2));
        (string second, _) = await PullAsync();

        Assert.Equal(inbox[..^1] + "2", second);
        Assert.Single(Connection.Events.ToList().OfType<NatsHeartbeatAlarmEvent>());
    }

    [Fact]
    public async Task A_stop_unsubscribes_behind_what_was_asked_for_and_gives_the_rest_back_behind_the_pong()
    {
        INatsJSConsume<string> consume = await StartAsync();
        await PullAsync();
        await Peer.SendMessageAsync("a", 1, "x", string.Format(null, Reply, 1));
        await Peer.SendMessageAsync("a", 1, "y", string.Format(null, Reply, 2));
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        await messages.Current.AckAsync(cancellationToken: Cancel);
        Task<bool> ended = StopAsync(consume, messages);
        await PublishedAsync(string.Format(null, Reply, 1), "+ACK");
        Task<ClientOperation> unsubscribed = Peer.ExpectAsync("UNSUB 1", Cancel);
        await PassUntilAsync(unsubscribed);
        await Peer.ExpectAsync("PING", Cancel);
        await Peer.SendMessageAsync("a", 1, "z", string.Format(null, Reply, 3)); // was in flight
        await Peer.SendAsync("PONG");
        await PublishedAsync(string.Format(null, Reply, 2), "-NAK");
        await PublishedAsync(string.Format(null, Reply, 3), "-NAK");

        Assert.False(await ended);
        Assert.Equal(NatsJSConsumeState.Ended, consume.State);
    }

    private static async Task<bool> StopAsync(INatsJSConsume<string> consume, IAsyncEnumerator<INatsJSMsg<string>> messages)
    {
        await consume.StopAsync();
        return await messages.MoveNextAsync();
    }
}
