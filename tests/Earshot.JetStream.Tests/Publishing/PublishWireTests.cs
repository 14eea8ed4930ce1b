using Earshot.JetStream.Tests.Consuming;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>Publishes frame by frame, with a clock that is moved by hand.</summary>
public sealed class PublishWireTests : WireTests
{
    private static readonly NatsJSPubOpts s_once = new() { RetryAttempts = 1 };

    [Fact]
    public async Task Publish_that_is_written_late_is_sent_again_an_attempt_timeout_later()
    {
        NatsJSPublisher publisher = Context().CreatePublisher(new NatsJSPublisherOpts { Order = NatsJSPublishOrder.PerSubject });
        await publisher.PublishAsync("a", "1", opts: s_once, cancellationToken: Cancel);
        await publisher.PublishAsync("a", "2", cancellationToken: Cancel);
        string first = await PublishedInboxAsync("1");
        Time.Advance(TimeSpan.FromSeconds(5.1)); // the first one waits to its deadline
        Time.Advance(TimeSpan.FromSeconds(1));
        await Peer.SendMessageAsync(first, SidOf(first), ScriptedStream.Ack(1));
        await PublishedInboxAsync("2");
        Time.Advance(TimeSpan.FromSeconds(5.1));
        string again = await PublishedInboxAsync("2");
        await Peer.SendMessageAsync(again, SidOf(again), ScriptedStream.Ack(2));

        await publisher.FlushAsync(Cancel).AsTask().WaitAsync(Cancel);
        Assert.Equal(2, publisher.Stored);
        Assert.Equal(TimeSpan.FromSeconds(11.2), Time.GetUtcNow() - new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Rejected_subject_ends_the_message_that_was_sent_although_others_are_held_behind_it()
    {
        NatsJSPublisher publisher = Context().CreatePublisher(new NatsJSPublisherOpts { Order = NatsJSPublishOrder.PerSubject, UseMsgIds = false });
        await publisher.PublishAsync("a", "1", cancellationToken: Cancel);
        NatsJSPublishTicket second = await publisher.PublishAsync("a", "2", cancellationToken: Cancel);
        await publisher.PublishAsync("a", "3", cancellationToken: Cancel);
        string inbox = await PublishedInboxAsync("1");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), ScriptedStream.Ack(1)); // the subject is one of a stream
        await PublishedInboxAsync("2");
        await Peer.SendAsync("-ERR 'Permissions Violation for Publish to \"a\"'");

        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => second.GetResponseAsync().WaitAsync(Cancel));
        await PublishedInboxAsync("3");
    }

    [Fact]
    public async Task Publish_that_waits_for_its_next_attempt_makes_it_when_another_one_of_the_stream_is_stored()
    {
        NatsJSContext context = Context();
        foreach (string subject in (string[])["a", "b"])
        {
            Task<PubAckResponse> known = context.PublishAsync(subject, "1", cancellationToken: Cancel).AsTask();
            string first = await PublishedInboxAsync("1");
            await Peer.SendMessageAsync(first, SidOf(first), ScriptedStream.Ack(subject == "a" ? 1UL : 2));
            await known;
        }

        Task<PubAckResponse> waiting = context.PublishAsync("a", "2", cancellationToken: Cancel).AsTask();
        string refused = await PublishedInboxAsync("2");
        await StatusAsync(refused, "503");
        await FlushAsync();
        Task<PubAckResponse> other = context.PublishAsync("b", "3", cancellationToken: Cancel).AsTask();
        string stored = await PublishedInboxAsync("3");
        await Peer.SendMessageAsync(stored, SidOf(stored), ScriptedStream.Ack(3));
        string again = await PublishedInboxAsync("2"); // the clock has not moved
        await Peer.SendMessageAsync(again, SidOf(again), ScriptedStream.Ack(4));

        Assert.Equal((3UL, 4UL, 2), ((await other).Seq, (await waiting).Seq, (await waiting).Attempts));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"status\":\"ok\"}")]
    [InlineData("{\"seq\":7}")]
    [InlineData("{\"error\":null}")]
    [InlineData("{\"stream\":\"\",\"seq\":0}")]
    public async Task Reply_without_a_stream_is_no_ack_and_the_ack_behind_it_is_awaited(string reply)
    {
        NatsJSContext context = Context();
        Task<PubAckResponse> stored = context.PublishAsync("a", "1", cancellationToken: Cancel).AsTask();
        Task<PubAckResponse> unknown = context.PublishAsync("a", "2", cancellationToken: Cancel).AsTask();
        string one = await PublishedInboxAsync("1"), two = await PublishedInboxAsync("2");
        await Peer.SendMessageAsync(one, SidOf(one), reply);
        await Peer.SendMessageAsync(two, SidOf(two), reply);
        await FlushAsync();
        Assert.False(stored.IsCompleted || unknown.IsCompleted);
        await Peer.SendMessageAsync(one, SidOf(one), ScriptedStream.Ack(5));
        PubAckResponse ack = await stored;
        Assert.Equal(("S", 5UL, NatsJSPublishOutcome.Stored), (ack.Stream, ack.Seq, ack.Outcome));

        Task passing = PassUntilAsync(unknown);
        await Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => passing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Longest_delay_between_attempts_ends_the_publish_and_not_the_session(bool isLimited)
    {
        var opts = new NatsJSPubOpts { RetryWaitBetweenAttempts = TimeSpan.MaxValue, Timeout = isLimited ? TimeSpan.FromSeconds(3) : Timeout.InfiniteTimeSpan };
        Task<PubAckResponse> refused = Context().PublishAsync("a", "1", opts: opts, cancellationToken: Cancel).AsTask();
        string first = await PublishedInboxAsync("1");
        Time.Advance(TimeSpan.FromSeconds(1));
        await StatusAsync(first, "503");
        Assert.Equal(NatsOutcome.Rejected, (await Assert.ThrowsAsync<NatsJSPublishNoResponseException>(() => refused)).Outcome);
        Task<PubAckResponse> next = Context().PublishAsync("a", "2", cancellationToken: Cancel).AsTask();
        string inbox = await PublishedInboxAsync("2");
        await Peer.SendMessageAsync(inbox, SidOf(inbox), ScriptedStream.Ack(1));

        Assert.Equal(1UL, (await next).Seq);
        Assert.Empty(Connection.Events.ToList().OfType<NatsDisconnectedEvent>());
    }

    [Fact]
    public async Task Token_that_is_cancelled_while_the_message_is_made_sends_no_byte()
    {
        using var cancel = new CancellationTokenSource();
        ValueTask<PubAckResponse> publish = Context().PublishAsync("a", "1", new CancellingSerializer(cancel), cancellationToken: cancel.Token);
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish.AsTask().WaitAsync(Cancel));
        Assert.Equal((false, cancel.Token), (e is INatsDelivery, e.CancellationToken));
        await Connection.PublishAsync("behind.it", "", cancellationToken: Cancel);

        Assert.Equal("SUB", (await NextAsync()).Line.Split(' ')[0]);
        Assert.Equal("PUB behind.it 0", (await NextAsync()).Line);
    }

    [Fact]
    public async Task Outcome_that_is_read_too_early_is_an_error_and_can_be_awaited_afterwards()
    {
        ValueTask<PubAckResponse> publish = Context().PublishAsync("a", "1", cancellationToken: CancellationToken.None);
        Assert.Throws<InvalidOperationException>(() => publish.GetAwaiter().GetResult());
        ValueTask<PubAckResponse> other = Context().PublishAsync("a", "2", cancellationToken: CancellationToken.None); // must not share its slot
        string one = await PublishedInboxAsync("1"), two = await PublishedInboxAsync("2");
        await Peer.SendMessageAsync(two, SidOf(two), ScriptedStream.Ack(2));
        await Peer.SendMessageAsync(one, SidOf(one), ScriptedStream.Ack(1));

        Assert.Equal((1UL, 2UL), ((await publish.AsTask().WaitAsync(Cancel)).Seq, (await other.AsTask().WaitAsync(Cancel)).Seq));
    }

    [Fact]
    public async Task Thousand_unknowns_are_one_event()
    {
        Task<PubAckResponse>[] publishes = [.. Enumerable.Range(0, 1000).Select(i => Context().PublishAsync("a", $"{i}", cancellationToken: Cancel).AsTask())];
        for (int i = 0; i < 1000; i++)
        {
            await PublishedInboxAsync($"{i}");
        }

        Peer.Close();
        await Task.WhenAll(publishes.Select(publish => Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => publish))).WaitAsync(Cancel);
        Assert.Empty(Connection.Events.ToList().OfType<NatsUncertainOutcomeEvent>());
        Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(1000, (await Connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after: 0, Cancel)).Count);
        Assert.Single(Connection.Events.ToList().OfType<NatsUncertainOutcomeEvent>());
    }

    private NatsJSContext Context() => new(Connection);

    // The inbox of the next publish, which must have this payload.
    private async Task<string> PublishedInboxAsync(string payload)
    {
        while (true)
        {
            ClientOperation next = await NextAsync();
            string[] words = next.Line.Split(' ');
            if (words[0] is "PUB" or "HPUB")
            {
                Assert.EndsWith(payload, next.PayloadText, StringComparison.Ordinal);
                return words[2];
            }
        }
    }

    private sealed class CancellingSerializer(CancellationTokenSource source) : INatsSerialize<string>
    {
        public void Serialize(System.Buffers.IBufferWriter<byte> bufferWriter, string value) => source.Cancel();
    }
}
