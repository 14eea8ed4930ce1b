using System.Globalization;
using Earshot.JetStream;
using Earshot.Services;
using Xunit;

namespace Earshot.OpenTelemetry.Tests.Metrics;

/// <summary>What is measured of messages, with the tags that the kind of the message has.</summary>
public sealed class MessageMetricTests
{
    private const string Sent = "messaging.client.sent.messages";
    private const string Consumed = "messaging.client.consumed.messages";
    private const string Duration = "messaging.client.operation.duration";
    private const string Process = "messaging.process.duration";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publishes_to_streams_are_measured_once_with_their_errors()
    {
        await using NatsTestServer server = await JetStreamServerAsync();
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        NatsJSContext context = await OrdersAsync(connection);
        using var readings = new Readings();
        await context.PublishAsync("orders.secret", "1", cancellationToken: Cancel);
        await context.PublishAsync("orders.secret", "2", opts: new NatsJSPubOpts { ExpectedLastSequence = 9 }, cancellationToken: Cancel);
        await using (NatsJSPublisher publisher = context.CreatePublisher())
        {
            await publisher.PublishAsync("orders.secret", "3", cancellationToken: Cancel);
        }

        Assert.Equal(["messaging.operation.name=publish", "messaging.operation.name=publish", "messaging.operation.name=publish error.type=10071"], readings.Of(Sent));
        Assert.Equal(readings.Of(Sent), readings.Of(Duration).Where(reading => reading.Contains("publish", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Messages_of_streams_are_counted_by_stream_and_durable_consumer()
    {
        await using NatsTestServer server = await JetStreamServerAsync();
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        NatsJSContext context = await OrdersAsync(connection);
        INatsJSConsumer durable = await context.CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig("worker"), Cancel);
        INatsJSConsumer ordered = await context.CreateOrderedConsumerAsync("ORDERS", cancellationToken: Cancel);
        await context.PublishAsync("orders.secret", "1", cancellationToken: Cancel);
        using var readings = new Readings();
        INatsJSMsg<string>? msg = await durable.NextAsync<string>(cancellationToken: Cancel);
        await msg!.AckAsync(cancellationToken: Cancel);
        await foreach (INatsJSMsg<string> _ in ordered.ConsumeAsync<string>(cancellationToken: Cancel))
        {
            break;
        }

        string[] expected = ["messaging.operation.name=receive messaging.destination.name=ORDERS", "messaging.operation.name=receive messaging.destination.name=ORDERS messaging.destination.subscription.name=worker"];
        Assert.Equal(expected, readings.Of(Consumed));
        Assert.Equal(expected[1], Assert.Single(readings.Of(Duration), reading => reading.Contains("receive", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Handlers_of_stored_messages_are_measured_with_their_errors()
    {
        await using NatsTestServer server = await JetStreamServerAsync();
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        NatsJSContext context = await OrdersAsync(connection);
        INatsJSConsumer durable = await context.CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig("worker"), Cancel);
        await context.PublishAsync("orders.secret", 13, cancellationToken: Cancel);
        await context.PublishAsync("orders.secret", 14, cancellationToken: Cancel);
        using var readings = new Readings();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await durable.RunAsync<int>(
            async (msg, _) =>
            {
                await msg.AckAsync(cancellationToken: Cancel);
                if (msg.Data == 13)
                {
                    throw new FormatException();
                }

                await stop.CancelAsync();
            },
            cancellationToken: stop.Token);

        string handled = "messaging.operation.name=process messaging.destination.name=ORDERS messaging.destination.subscription.name=worker";
        Assert.Equal([handled, $"{handled} error.type=System.FormatException"], readings.Of(Process));
        Assert.Equal(2, readings.Of(Consumed).Count);
    }

    [Fact]
    public async Task Requests_to_endpoints_are_measured_by_the_pattern_of_the_endpoint_with_their_errors()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        using var readings = new Readings();
        await using (INatsSvcServer service = await connection.CreateServicesContext().AddServiceAsync("orders", "1.0.0", cancellationToken: Cancel))
        {
            await service.AddEndpointAsync<int>(Answer, "get", "orders.*", cancellationToken: Cancel);
            foreach (int code in (int[])[0, 404, 500])
            {
                await connection.RequestAsync<int, string>("orders.secret", code, cancellationToken: Cancel);
            }
        }

        string handled = "messaging.operation.name=process messaging.destination.template=orders.* messaging.consumer.group.name=q";
        Assert.Equal([handled, $"{handled} error.type=404", $"{handled} error.type=System.FormatException"], readings.Of(Process));
        Assert.Equal(3, readings.Of(Consumed).Count(reading => reading.Contains("orders.*", StringComparison.Ordinal)));

        static ValueTask Answer(NatsSvcMsg<int> request) => request.Data switch
        {
            0 => request.ReplyAsync("yes", cancellationToken: Cancel),
            404 => throw new NatsSvcEndpointException(404, "no such order"),
            _ => throw new FormatException(),
        };
    }

    [Fact]
    public async Task Messages_have_the_server_of_the_session()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        await connection.ConnectAsync(Cancel);
        List<string> servers = [];
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == Sent)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag.Key.StartsWith("server.", StringComparison.Ordinal))
                {
                    servers.Add($"{tag.Key}={Convert.ToString(tag.Value, CultureInfo.InvariantCulture)}");
                }
            }
        });
        listener.Start();
        await connection.PublishAsync("a", "1", cancellationToken: Cancel);
        Assert.Equal(["server.address=127.0.0.1", $"server.port={server.Port}"], servers);
    }

    private static Task<NatsTestServer> JetStreamServerAsync() => NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);

    private static async Task<NatsJSContext> OrdersAsync(NatsConnection connection)
    {
        var context = new NatsJSContext(connection);
        await context.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]), Cancel);
        return context;
    }
}
