using System.Diagnostics;
using System.Text;
using Earshot.JetStream;
using Earshot.KeyValueStore;
using Xunit;

namespace Earshot.OpenTelemetry.Tests.Traces;

/// <summary>Activities of messages that are stored in streams.</summary>
public sealed class JetStreamTraceTests : IAsyncLifetime
{
    private const string Outcome = "nats.jetstream.outcome";
    private const string Stream = "nats.stream";
    private const string Error = "error.type";

    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;
    private NatsJSContext _context = null!;
    private INatsJSConsumer _consumer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url, Name = "traced" });
        _context = new NatsJSContext(_connection);
        await _context.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]), Cancel);
        _consumer = await _context.CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig("worker"), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Publish_is_one_activity_until_its_outcome_and_carries_its_context()
    {
        using var spans = new Spans();
        var headers = new NatsHeaders { ["own"] = "1" };
        await _context.PublishAsync("orders.new", "1", opts: new NatsJSPubOpts { MsgId = "id" }, headers: headers, cancellationToken: Cancel);
        await _context.PublishAsync("orders.new", "1", opts: new NatsJSPubOpts { MsgId = "id" }, cancellationToken: Cancel);
        await _context.PublishAsync("orders.new", "1", opts: new NatsJSPubOpts { ExpectedLastSequence = 9 }, cancellationToken: Cancel);
        await Assert.ThrowsAsync<NatsJSNoStreamException>(async () => await _context.PublishAsync("no.stream", "1", cancellationToken: Cancel));

        Assert.Equal(
            [
                "publish Producer Stored ORDERS - orders.new traced",
                "publish Producer Duplicate ORDERS - orders.new traced",
                "publish Producer Rejected - 10071 orders.new traced",
                "publish Producer Rejected - Earshot.JetStream.NatsJSNoStreamException no.stream traced",
            ],
            spans.Show(Outcome, Stream, Error, "messaging.destination.name", "nats.connection.name"));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Unset, ActivityStatusCode.Error, ActivityStatusCode.Error], spans.All.Select(activity => activity.Status));
        Assert.Equal([spans.All[0].Id], Stored("traceparent"));
        Assert.Equal(["own"], headers.Keys);
    }

    [Fact]
    public async Task Publish_whose_ack_is_lost_ends_as_unknown()
    {
        using var spans = new Spans();
        _server.JetStream.Faults.LoseAcks("ORDERS", 1);
        var once = new NatsJSPubOpts { Timeout = TimeSpan.FromMilliseconds(100) };
        await Assert.ThrowsAsync<NatsJSPublishUnknownException>(async () => await _context.PublishAsync("orders.new", "1", opts: once, cancellationToken: Cancel));
        Assert.Equal(["publish Producer Unknown Earshot.JetStream.NatsJSPublishUnknownException"], spans.Show(Outcome, Error));
    }

    [Theory]
    [InlineData(NatsJSPublishOrder.None)]
    [InlineData(NatsJSPublishOrder.PerSubject)]
    public async Task Message_of_a_publisher_ends_with_its_outcome_and_leaves_the_current_activity(NatsJSPublishOrder order)
    {
        using var spans = new Spans();
        using var source = new ActivitySource("application");
        using ActivityListener listener = Listen("application");
        using (Activity? own = source.StartActivity("own"))
        {
            await using NatsJSPublisher publisher = _context.CreatePublisher(new NatsJSPublisherOpts { Order = order });
            await publisher.PublishAsync("orders.1", "1", cancellationToken: Cancel);
            Assert.Same(own, Activity.Current);
            NatsJSPublishTicket rejected = await publisher.PublishAsync("orders.2", "2", opts: new NatsJSPubOpts { ExpectedLastSequence = 9 }, cancellationToken: Cancel);
            await publisher.FlushAsync(Cancel);
            Assert.Equal(10071, (await rejected.GetResponseAsync()).Error!.ErrCode);
            Assert.Same(own, Activity.Current);
            Assert.All(spans.All, activity => Assert.Equal(own!.SpanId, activity.ParentSpanId));
        }

        Assert.Equal(["publish Producer Stored -", "publish Producer Rejected 10071"], spans.Show(Outcome, Error).Order(StringComparer.Ordinal).Reverse());
        Assert.Equal([spans.All.Single(activity => (string?)activity.GetTagItem(Outcome) == "Stored").Id], Stored("traceparent"));
    }

    [Fact]
    public async Task Fetch_is_one_activity_with_a_link_to_each_sender()
    {
        using var spans = new Spans();
        await _context.PublishAsync("orders.1", "1", cancellationToken: Cancel);
        await _context.PublishAsync("orders.2", "2", cancellationToken: Cancel);
        await foreach (INatsJSMsg<string> msg in _consumer.FetchNoWaitAsync<string>(new NatsJSFetchOpts { MaxMsgs = 10 }, cancellationToken: Cancel))
        {
            using Activity? handling = msg.StartActivity();
            await msg.AckAsync(cancellationToken: Cancel);
        }

        Assert.Equal(
            [
                "publish Producer orders.1 - -",
                "publish Producer orders.2 - -",
                "receive ORDERS Client ~ publish, publish ORDERS worker 2",
                "process ORDERS Consumer < publish orders.1 worker -",
                "process ORDERS Consumer < publish orders.2 worker -",
            ],
            spans.Show("messaging.destination.name", "messaging.destination.subscription.name", "messaging.batch.message_count"));
    }

    [Fact]
    public async Task Next_is_one_activity_also_without_a_message()
    {
        using var spans = new Spans();
        await _context.PublishAsync("orders.1", "1", cancellationToken: Cancel);
        INatsJSMsg<string>? msg = await _consumer.NextAsync<string>(cancellationToken: Cancel);
        await msg!.AckAsync(cancellationToken: Cancel);
        Assert.Null(await _consumer.NextAsync<string>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromSeconds(1) }, cancellationToken: Cancel));
        Assert.Equal(["publish Producer -", "receive ORDERS Client ~ publish -", "receive ORDERS Client -"], spans.Show("messaging.batch.message_count"));
        Assert.InRange(spans.All[2].Duration, TimeSpan.FromMilliseconds(900), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Messages_that_are_consumed_together_are_one_activity()
    {
        using var spans = new Spans();
        await using (INatsJSConsume<string> read = await _consumer.StartConsumeAsync<string>(cancellationToken: Cancel))
        {
            await _context.PublishAsync("orders.1", "1", cancellationToken: Cancel);
            await _context.PublishAsync("orders.2", "2", cancellationToken: Cancel);
            while (read.Counts.Buffered < 2)
            {
                await _connection.PingAsync(Cancel); // behind what the server has sent
            }

            int left = 2;
            await foreach (INatsJSMsg<string> msg in read.Msgs.WithCancellation(Cancel))
            {
                await msg.AckAsync(cancellationToken: Cancel);
                if (--left == 0)
                {
                    break;
                }
            }
        }

        Assert.Equal(["publish Producer -", "publish Producer -", "receive ORDERS Client ~ publish, publish 2"], spans.Show("messaging.batch.message_count"));
    }

    [Fact]
    public async Task Handler_runs_within_an_activity_that_continues_the_trace_and_has_its_error()
    {
        using var spans = new Spans();
        await _context.PublishAsync("orders.bad", "1", cancellationToken: Cancel);
        await _context.PublishAsync("orders.good", "2", cancellationToken: Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        NatsJSRunResult result = await _consumer.RunAsync<string>(
            async (msg, _) =>
            {
                if (msg.Data == "1")
                {
                    await msg.AckTerminateAsync(cancellationToken: Cancel);
                    throw new InvalidOperationException("bad");
                }

                await _connection.PublishAsync("sent.on", "3", cancellationToken: Cancel);
                await stop.CancelAsync();
            },
            cancellationToken: stop.Token);

        Assert.Equal((1, 1), (result.Succeeded, result.Failed));
        Assert.Equal(
            [
                "publish Producer orders.bad -",
                "publish Producer orders.good -",
                "process ORDERS Consumer < publish orders.bad System.InvalidOperationException",
                "process ORDERS Consumer < publish orders.good -",
                "publish Producer < process ORDERS sent.on -",
            ],
            spans.Show("messaging.destination.name", Error));
    }

    [Fact]
    public async Task Put_of_a_value_is_one_publish_and_its_watch_has_no_name_of_a_consumer()
    {
        INatsKVStore store = await _connection.CreateKeyValueStoreContext().CreateStoreAsync("settings", Cancel);
        using var spans = new Spans();
        await store.PutAsync("limit", "10", cancellationToken: Cancel);
        await foreach (NatsKVEntry<string> _ in store.WatchAsync<string>(cancellationToken: Cancel))
        {
            break;
        }

        Assert.Equal(["publish Producer KV_settings -", "receive KV_settings Client ~ publish KV_settings -"], spans.Show(Stream, "messaging.destination.subscription.name"));
    }

    [Fact]
    public async Task Filter_leaves_publishes_and_links_out()
    {
        using var spans = new Spans(options => options.FilterSubjects(exclude: ["orders.secret"]));
        await _context.PublishAsync("orders.secret", "1", cancellationToken: Cancel);
        await _context.PublishAsync("orders.open", "2", cancellationToken: Cancel);
        await foreach (INatsJSMsg<string> msg in _consumer.FetchNoWaitAsync<string>(new NatsJSFetchOpts { MaxMsgs = 10 }, cancellationToken: Cancel))
        {
            using Activity? handling = msg.StartActivity();
            Assert.Equal(msg.Subject == "orders.secret", handling is null);
        }

        Assert.Equal([null, spans.One("publish").Id], Stored("traceparent"));
        Assert.Equal(["publish Producer -", "receive ORDERS Client ~ publish 1", "process ORDERS Consumer < publish -"], spans.Show("messaging.batch.message_count"));
    }

    private static ActivityListener Listen(string source)
    {
        var listener = new ActivityListener { ShouldListenTo = found => found.Name == source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private IEnumerable<string?> Stored(string header) => _server.JetStream.FindStream("ORDERS")!.Messages.Select(message => Encoding.ASCII.GetString(message.Headers.Span).Split("\r\n")
        .Where(line => line.StartsWith($"{header}:", StringComparison.Ordinal)).Select(line => line[(header.Length + 1)..].Trim()).FirstOrDefault());
}
