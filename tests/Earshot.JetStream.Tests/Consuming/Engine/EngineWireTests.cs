using System.Buffers;
using Earshot.JetStream.Consuming;
using Earshot.Testing;
using Earshot.Timing;
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
    public async Task A_read_leaves_no_timer_behind_when_the_connection_ends()
    {
        await StartAsync();
        await PullAsync();
        await PassUntilAsync(Connection.DisposeAsync().AsTask());

        Assert.Equal(0, TimerQueue.For(Time).Count);
    }

    [Fact]
    public async Task The_inbox_that_is_kept_for_the_next_single_pull_goes_with_the_connection()
    {
        Task<INatsJSMsg<string>?> next = Consumer().NextAsync<string>(cancellationToken: Cancel).AsTask();
        await PullAsync();
        await Peer.SendMessageAsync("a", 1, "x", Reply(1));
        Assert.NotNull(await next);
        await PassUntilAsync(Connection.DisposeAsync().AsTask());

        Assert.Equal(0, TimerQueue.For(Time).Count);
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

    [Fact]
    public async Task Progress_after_a_negative_ack_is_not_sent()
    {
        INatsJSConsume<string> consume = await StartAsync();
        await PullAsync();
        await Peer.SendMessageAsync("a", 1, "x", Reply(1));
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        await messages.Current.AckProgressAsync(cancellationToken: Cancel);
        await PublishedAsync(Reply(1), "+WPI");
        await messages.Current.NakAsync(new AckOpts { NakDelay = TimeSpan.FromMinutes(1) }, Cancel);
        await messages.Current.AckProgressAsync(cancellationToken: Cancel);
        await Connection.PublishAsync("end", "", cancellationToken: Cancel);
        await PublishedAsync(Reply(1), "-NAK {\"delay\":60000000000}");

        await PublishedAsync("end", "");
    }

    [Fact]
    public async Task Read_that_is_added_while_a_session_starts_knows_of_it()
    {
        var read = new AddedRead(ConsumerHub.For(Connection));
        Peer.Close();
        Peer = await AcceptAsync();

        Assert.True(await read.HadSession.WaitAsync(Cancel));
    }

    private static async Task<bool> StopAsync(INatsJSConsume<string> consume, IAsyncEnumerator<INatsJSMsg<string>> messages)
    {
        await consume.StopAsync();
        return await messages.MoveNextAsync();
    }

    // Starts while the connection writes the start of a session: in time for neither the session before nor this one.
    private sealed class AddedRead : IConnectedRead
    {
        private readonly TaskCompletionSource<bool> _hadSession = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConsumerHub _hub;

        public AddedRead(ConsumerHub hub)
        {
            _hub = hub;
            hub.Add(this);
        }

        public Task<bool> HadSession => _hadSession.Task;

        public void WriteAtStartLocked(IBufferWriter<byte> writer) => _hadSession.TrySetResult(_hub.HasSession);

        public void SessionLost()
        {
        }

        public void ConnectionEnded(Exception exception)
        {
        }

        public Task DrainAsync() => Task.CompletedTask;
    }
}
