using Earshot.JetStream.Consuming;
using Earshot.JetStream.Requests;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Sequences of deliveries that do not go forward, and what is asked and reported then.</summary>
public sealed class DeliveryWatchTests : WireTests
{
    private const long Later = 100; // what a stream that was put back stores instead

    [Fact]
    public async Task Sequence_that_a_consumer_delivers_a_second_time_is_a_regression_that_is_reported_once()
    {
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        await SendAsync(inbox, consumer: 10, stream: 10);
        await SendAsync(inbox, consumer: 11, stream: 6, time: Later + 6); // the stream was put back to 5 messages, and the consumer continued
        await SendAsync(inbox, consumer: 12, stream: 7, time: Later + 7);
        await SendAsync(inbox, consumer: 13, stream: 8, time: Later + 8);
        NatsStreamRegressionEvent told = await Connection.Events.WhenAsync<NatsStreamRegressionEvent>(after: 0, Cancel);
        await FlushAsync();

        Assert.Equal(("S", 11UL, 6UL, RegressionEvidence.Delivery), (told.Stream, told.Expected, told.Found, told.Evidence));
        Assert.Single(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Fact]
    public async Task Redelivered_message_is_no_regression()
    {
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        await SendAsync(inbox, consumer: 10, stream: 10);
        await SendAsync(inbox, consumer: 11, stream: 6, delivered: 2);
        await SendAsync(inbox, consumer: 12, stream: 11);
        await FlushAsync();

        Assert.Empty(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    // The consumer was put back with its stream, which has stored as many messages again since: its state shows no loss.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sequence_of_a_message_stored_later_is_a_regression_although_the_consumer_went_back(bool isHeartbeatFirst)
    {
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        await SendAsync(inbox, consumer: 5, stream: 5, time: 105);
        await SendAsync(inbox, consumer: 6, stream: 6, time: 106);
        if (isHeartbeatFirst)
        {
            await HeartbeatAsync(inbox, consumer: 5, stream: 5);
            await AnswerAsync("$JS.API.STREAM.INFO.S", Info(6));
        }

        await SendAsync(inbox, consumer: 6, stream: 6, time: 200);
        NatsStreamRegressionEvent told = await Connection.Events.WhenAsync<NatsStreamRegressionEvent>(after: 0, Cancel);
        await SendAsync(inbox, consumer: 7, stream: 7, time: 207);
        await FlushAsync(); // nothing else is asked

        Assert.Equal((7UL, 6UL, RegressionEvidence.Delivery), (told.Expected, told.Found, told.Evidence));
        Assert.Single(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    // After kill -9 a server continues from the position of a consumer that it last wrote: it delivers again, with higher sequences of the consumer.
    [Fact]
    public async Task Message_that_is_delivered_again_as_new_is_no_regression()
    {
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        await SendAsync(inbox, consumer: 10, stream: 9, time: 109);
        await SendAsync(inbox, consumer: 11, stream: 10, time: 110);
        await SendAsync(inbox, consumer: 12, stream: 8, delivered: 2, time: 108);
        await SendAsync(inbox, consumer: 13, stream: 9, time: 109);
        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(10));
        NatsConsumerNotificationEvent told = await Connection.Events.WhenAsync<NatsConsumerNotificationEvent>(after: 0, Cancel);
        await SendAsync(inbox, consumer: 14, stream: 10, time: 110);
        await SendAsync(inbox, consumer: 15, stream: 11, time: 111);
        await FlushAsync(); // nothing else is asked

        Assert.Equal(NatsJSNotificationKind.Reset, told.Notification);
        Assert.Empty(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public async Task Consumer_that_goes_back_is_asked_about_and_the_stream_decides(int last, bool isLoss)
    {
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        await SendAsync(inbox, consumer: 10, stream: 10);
        await FlushAsync();
        await SendAsync(inbox, consumer: 1, stream: 5);
        await AnswerAsync("$JS.API.STREAM.INFO.S", $$$"""{"config":{"name":"S"},"created":"2026-01-01T00:00:00Z","state":{"messages":5,"first_seq":1,"last_seq":{{{last}}}}}""");

        if (isLoss)
        {
            NatsStreamRegressionEvent told = await Connection.Events.WhenAsync<NatsStreamRegressionEvent>(after: 0, Cancel);
            Assert.Equal((11UL, 9UL, RegressionEvidence.StreamInfo), (told.Expected, told.Found, told.Evidence));
        }
        else
        {
            NatsConsumerNotificationEvent told = await Connection.Events.WhenAsync<NatsConsumerNotificationEvent>(after: 0, Cancel);
            Assert.Equal(NatsJSNotificationKind.Reset, told.Notification);
            Assert.Empty(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
        }
    }

    [Fact]
    public async Task Message_that_is_late_on_an_old_inbox_is_no_step_back()
    {
        await StartAsync(); // ends with the connection
        (string old, _) = await PullAsync();
        await SendAsync(old, consumer: 1, stream: 1);
        await Peer.SendAsync($"HMSG {old} 1 34 34\r\nNATS/1.0 409 Leadership Change\r\n\r\n\r\n");
        (string inbox, _) = await PullAsync();
        await SendAsync(inbox, consumer: 3, stream: 3, sid: 2);
        await SendAsync(old, consumer: 2, stream: 2);
        await SendAsync(inbox, consumer: 4, stream: 4, sid: 2);
        await FlushAsync();
        await Connection.PublishAsync("next", "", cancellationToken: Cancel);

        Assert.StartsWith("PUB next", (await NextAsync()).Line, StringComparison.Ordinal); // nothing is asked
        Assert.Empty(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Fact]
    public async Task Paused_and_blocked_are_distinguished_from_idle()
    {
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        await SendAsync(inbox, consumer: 1, stream: 1, pending: 5);
        await FlushAsync(); // before the clock moves
        Peer.AnswersPings = true;
        Task asked = AnswerAsync(
            "$JS.API.CONSUMER.INFO.S.C",
            """{"stream_name":"S","name":"C","config":{"ack_policy":"explicit","max_ack_pending":1},"num_ack_pending":1,"num_pending":5,"paused":true}""");
        Task serving = ServeAfterAsync(asked);
        for (int i = 0; i < 6; i++) // the sixth comes 30 s after the message; the clock does not move while the response is in flight
        {
            Time.Advance(TimeSpan.FromSeconds(5));
            await Peer.SendAsync($"HMSG {inbox} 1 31 31\r\nNATS/1.0 100 Idle Heartbeat\r\n\r\n\r\n");
            await Connection.PingAsync(Cancel);
        }

        await asked;
        NatsConsumerNotificationEvent paused = await Connection.Events.WhenAsync<NatsConsumerNotificationEvent>(after: 0, Cancel);
        NatsConsumerNotificationEvent blocked = await Connection.Events.WhenAsync<NatsConsumerNotificationEvent>(paused.Sequence, Cancel);

        Assert.Equal([NatsJSNotificationKind.Paused, NatsJSNotificationKind.Blocked], new[] { paused.Notification, blocked.Notification }.Order());
        await PassUntilAsync(Connection.DisposeAsync().AsTask());
        await serving;
    }

    [Fact]
    public async Task Stream_position_of_a_heartbeat_below_the_last_delivery_is_a_regression_that_is_reported_once()
    {
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        await SendAsync(inbox, consumer: 10, stream: 10);
        await HeartbeatAsync(inbox, consumer: 10, stream: 5); // the stream was put back to 5 messages, and the consumer with it
        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(5));
        NatsStreamRegressionEvent told = await Connection.Events.WhenAsync<NatsStreamRegressionEvent>(after: 0, Cancel);
        await HeartbeatAsync(inbox, consumer: 10, stream: 5);
        await SendAsync(inbox, consumer: 11, stream: 6, time: Later);
        await FlushAsync(); // nothing else is asked

        Assert.Equal(("S", 11UL, 5UL, RegressionEvidence.Heartbeat), (told.Stream, told.Expected, told.Found, told.Evidence));
        Assert.Single(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Fact]
    public async Task Consumer_sequence_of_a_heartbeat_that_goes_back_is_a_reset_while_the_stream_has_lost_nothing()
    {
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        await SendAsync(inbox, consumer: 10, stream: 10);
        await HeartbeatAsync(inbox, consumer: 3, stream: 4);
        await AnswerAsync("$JS.API.STREAM.INFO.S", Info(10));
        NatsConsumerNotificationEvent told = await Connection.Events.WhenAsync<NatsConsumerNotificationEvent>(after: 0, Cancel);
        await HeartbeatAsync(inbox, consumer: 3, stream: 4);
        await SendAsync(inbox, consumer: 4, stream: 5);
        await FlushAsync(); // nothing else is asked

        Assert.Equal(NatsJSNotificationKind.Reset, told.Notification);
        Assert.Single(Connection.Events.ToList().OfType<NatsConsumerNotificationEvent>());
        Assert.Empty(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(12, 11)] // another reader of the consumer received more
    [InlineData(0, 0)] // a heartbeat without a position, or after a reset to the start
    public async Task Heartbeat_that_does_not_go_back_asks_nothing(int consumer, int stream)
    {
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        await SendAsync(inbox, consumer: 10, stream: 10);
        await HeartbeatAsync(inbox, consumer, stream);
        await FlushAsync();
        await Connection.PublishAsync("next", "", cancellationToken: Cancel);

        Assert.StartsWith("PUB next", (await NextAsync()).Line, StringComparison.Ordinal);
        Assert.Empty(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Fact]
    public void Batch_without_a_first_delivery_changes_nothing_of_what_is_known()
    {
        var parts = new ContextParts(Connection, new NatsJSOpts(Connection.Opts));
        var watch = new DeliveryWatch(parts, "S");
        watch.Arrived(Ack(consumer: 10, stream: 10), isCurrent: true);
        watch.Note();
        StreamEntry entry = parts.Watch.Entry(null, "S");
        parts.Watch.Acked(entry, 6, new StreamView(entry, 10, 0)); // the stream fell, which the ack of a publish shows
        watch.Arrived(Ack(consumer: 11, stream: 3, delivered: 2), isCurrent: true);
        watch.Note();
        Assert.Equal(new StreamView(entry, 6, 1), SequenceWatch.View(entry));
        watch.Arrived(Ack(consumer: 12, stream: 7), isCurrent: true);

        Assert.Single(Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    private static AckSubject Ack(ulong consumer, ulong stream, ulong delivered = 1) => new(new AckOrigin([], [], "S", "C", ""), delivered, stream, consumer, 0, 0);

    private static string Info(int last) =>
        $$$"""{"config":{"name":"S"},"created":"2026-01-01T00:00:00Z","state":{"messages":5,"first_seq":1,"last_seq":{{{last}}}}}""";

    private ValueTask HeartbeatAsync(string inbox, int consumer, int stream) =>
        StatusAsync(inbox, "100 Idle Heartbeat", consumer + stream == 0 ? "" : $"Nats-Last-Consumer: {consumer}\r\nNats-Last-Stream: {stream}\r\n");

    private async Task ServeAfterAsync(Task answered)
    {
        await answered;
        await Peer.ServeAsync(Cancel);
    }

    // A stream stores its messages in the order of their sequences.
    private ValueTask SendAsync(string inbox, int consumer, int stream, int delivered = 1, int pending = 0, int sid = 1, long? time = null) =>
        Peer.SendMessageAsync(inbox, sid, "x", $"$JS.ACK.S.C.{delivered}.{stream}.{consumer}.{1732752000000000000 + (time ?? stream)}.{pending}");
}
