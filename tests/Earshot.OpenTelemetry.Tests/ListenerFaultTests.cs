using System.Diagnostics;
using System.Diagnostics.Metrics;
using Earshot.Diagnostics;
using Earshot.JetStream;
using Earshot.OpenTelemetry.Tests.Metrics;
using Earshot.OpenTelemetry.Tests.Traces;
using Earshot.Services;
using Xunit;

namespace Earshot.OpenTelemetry.Tests;

/// <summary>A listener of metrics or activities that throws costs neither a message nor a call nor a session.</summary>
public sealed class ListenerFaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<ThrowingCallback> Callbacks => [.. Enum.GetValues<ThrowingCallback>()];

    [Theory]
    [MemberData(nameof(Callbacks))]
    public async Task Messages_are_published_requested_and_received(ThrowingCallback callback)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        await using INatsSub<int> sub = await connection.SubscribeCoreAsync<int>("a", cancellationToken: Cancel);
        await using INatsSvcServer service = await connection.CreateServicesContext().AddServiceAsync("s", "1.0.0", cancellationToken: Cancel);
        await service.AddEndpointAsync<int>(request => request.ReplyAsync(request.Data + 1, cancellationToken: Cancel), "s", cancellationToken: Cancel);
        using var listener = new ThrowingListener(callback);
        for (int i = 0; i < 3; i++)
        {
            await connection.PublishAsync("a", i, cancellationToken: Cancel);
            NatsMsg<int> reply = await connection.RequestAsync<int, int>("s", i, cancellationToken: Cancel);
            Assert.Equal(i + 1, reply.Data);
        }

        Assert.Equal((0, 1, 2), (await NextAsync(), await NextAsync(), await NextAsync()));
        Assert.True(listener.Calls > 0);
        Assert.Null(Activity.Current);
        Assert.Single(connection.Events.ToList().OfType<NatsConnectedEvent>());
        Assert.Empty(connection.Events.ToList().OfType<NatsListenerFaultedEvent>());

        async Task<int> NextAsync()
        {
            await foreach (NatsMsg<int> msg in sub.Msgs.ReadAllAsync(Cancel))
            {
                return msg.Data;
            }

            throw new InvalidOperationException("The subscription has ended.");
        }
    }

    [Theory]
    [MemberData(nameof(Callbacks))]
    public async Task Messages_of_streams_are_stored_received_and_handled(ThrowingCallback callback)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        var context = new NatsJSContext(connection);
        await context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        INatsJSConsumer consumer = await context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("c"), Cancel);
        INatsJSConsumer ordered = await context.CreateOrderedConsumerAsync("S", cancellationToken: Cancel);
        using var listener = new ThrowingListener(callback);
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal((ulong)i + 1, (await context.PublishAsync("s", i, cancellationToken: Cancel)).Seq);
        }

        INatsJSMsg<int>? first = await consumer.NextAsync<int>(cancellationToken: Cancel);
        await first!.AckAsync(cancellationToken: Cancel);
        List<int> fetched = [];
        await foreach (INatsJSMsg<int> msg in consumer.FetchAsync<int>(new NatsJSFetchOpts { MaxMsgs = 2 }, cancellationToken: Cancel))
        {
            fetched.Add(msg.Data);
            await msg.AckAsync(cancellationToken: Cancel);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        List<int> handled = [];
        await consumer.RunAsync<int>(
            async (msg, _) =>
            {
                handled.Add(msg.Data);
                if (handled.Count == 3)
                {
                    await stop.CancelAsync();
                }
            },
            cancellationToken: stop.Token);
        List<int> all = [];
        await foreach (INatsJSMsg<int> msg in ordered.ConsumeAsync<int>(cancellationToken: Cancel))
        {
            all.Add(msg.Data);
            if (all.Count == 6)
            {
                break;
            }
        }

        Assert.Equal(0, first.Data);
        Assert.Equal([1, 2], fetched);
        Assert.Equal([3, 4, 5], handled);
        Assert.Equal([0, 1, 2, 3, 4, 5], all);
        Assert.True(listener.Calls > 0);
        Assert.Null(Activity.Current);
        Assert.Empty(connection.Events.ToList().OfType<NatsListenerFaultedEvent>());
    }

    [Theory]
    [MemberData(nameof(Callbacks))]
    public async Task Outages_and_faults_are_survived(ThrowingCallback callback)
    {
        using var listener = new ThrowingListener(callback);
        await TroubledConnection.RunAsync($"throws-{callback}", () => { });
        Assert.True(listener.Calls > 0);
    }

    [Fact]
    public async Task Received_message_is_handled_without_an_activity_when_a_callback_throws()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        var context = new NatsJSContext(connection);
        await context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        INatsJSConsumer consumer = await context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("c") { AckPolicy = ConsumerConfigAckPolicy.None }, Cancel);
        await context.PublishAsync("s", 1, cancellationToken: Cancel);
        await context.PublishAsync("s", 2, cancellationToken: Cancel);
        int calls = 0;
        using var spans = new Spans(options =>
        {
            options.Filter = message => message.Subject != "s" || ++calls < 2 ? true : throw new InvalidOperationException("of the filter");
            options.Enrich = (_, message) => ThrowIf(message.Subject == "s");
        });
        List<int> received = [];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await consumer.RunAsync<int>(
            async (msg, _) =>
            {
                received.Add(msg.Data);
                if (received.Count == 2)
                {
                    await stop.CancelAsync();
                }
            },
            cancellationToken: stop.Token);

        Assert.Equal([1, 2], received);
        Assert.True(calls >= 2);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task Publish_with_a_callback_that_throws_ends_its_activity()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        await connection.ConnectAsync(Cancel);
        long sent = connection.Stats.SentMessages;
        using var spans = new Spans(options => options.Enrich = (_, _) => throw new FormatException("of the callback"));
        await Assert.ThrowsAsync<FormatException>(async () => await connection.PublishAsync("a", 1, cancellationToken: Cancel));
        Activity activity = Assert.Single(spans.All);
        Assert.Equal((ActivityStatusCode.Error, sent), (activity.Status, connection.Stats.SentMessages));
    }

    [Fact]
    public void Instrument_whose_publication_a_listener_faults_can_be_used()
    {
        using var meter = new Meter("ListenerFaultTests");
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) => ThrowIf(ReferenceEquals(instrument.Meter, meter));
        listener.Start();
        Counter<long> counter = Instruments.Counter(meter, "c", "{c}", "Counts.");
        Histogram<double> histogram = Instruments.Histogram(meter, "h", "s", "Measures.", new InstrumentAdvice<double>());
        Instruments.Add(counter, 1, []);
        Instruments.Record(histogram, 1, []);
        Assert.Equal(("c", false, "h", false), (counter.Name, counter.Enabled, histogram.Name, histogram.Enabled));
    }

    private static void ThrowIf(bool isDue)
    {
        if (isDue)
        {
            throw new InvalidOperationException("of the application");
        }
    }
}
