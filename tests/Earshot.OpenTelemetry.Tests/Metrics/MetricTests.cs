using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Earshot.JetStream;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace Earshot.OpenTelemetry.Tests.Metrics;

/// <summary>What is announced, documented and recorded is the same, name by name, and every measurement has the name of its connection.</summary>
public sealed class MetricTests
{
    private const string ConnectionTag = "nats.connection.name";
    private const string Ephemeral = "of-one-run-";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_instrument_is_documented_with_its_unit()
    {
        // The instruments are made with the first event, those of JetStream with their first use; other tests may have done neither.
        RuntimeHelpers.RunClassConstructor(typeof(NatsConnection).Assembly.GetType("Earshot.Diagnostics.EarshotMeter", throwOnError: true)!.TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(NatsJSContext).Assembly.GetType("Earshot.JetStream.Requests.JetStreamMeter", throwOnError: true)!.TypeHandle);
        List<string> announced = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == NatsTelemetry.MeterName)
            {
                announced.Add($"{instrument.Name} {instrument.Unit}");
            }
        };
        listener.Start();
        Assert.Equal(DocumentedInstruments.All.Select(entry => $"{entry.Key} {entry.Value.Unit}").Order(StringComparer.Ordinal), announced.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_instrument_is_recorded_with_the_documented_tags()
    {
        List<Metric> exported = [];
        Dictionary<string, HashSet<string>> recorded = [];
        using (MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddNatsClientInstrumentation().AddInMemoryExporter(exported).Build())
        {
            await TroubledConnection.RunAsync("measured", Collect);
            await TroubledJetStream.RunAsync("measured");
            Collect();

            // The points of a metric change with each collection, and those that are read have none once their connection has ended.
            void Collect()
            {
                exported.Clear();
                provider.ForceFlush();
                foreach (Metric metric in exported)
                {
                    HashSet<string> tags = recorded.TryGetValue(metric.Name, out HashSet<string>? known) ? known : recorded[metric.Name] = [];
                    Assert.All(Points(metric), point => Assert.Contains(ConnectionTag, Tags(point)));
                    tags.UnionWith(Points(metric).SelectMany(Tags));
                }
            }
        }

        Assert.Equal(DocumentedInstruments.All.Keys.Order(StringComparer.Ordinal), recorded.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, (string _, string[] tags)) in DocumentedInstruments.All)
        {
            Assert.Equal($"{name}: {string.Join(", ", tags.Append(ConnectionTag).Order(StringComparer.Ordinal))}", $"{name}: {string.Join(", ", recorded[name].Order(StringComparer.Ordinal))}");
        }
    }

    [Fact]
    public async Task Subjects_of_messages_and_inboxes_are_no_tags()
    {
        List<Metric> exported = [];
        using (MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddNatsClientInstrumentation().AddInMemoryExporter(exported).Build())
        {
            await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);
            await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
            await ReadStoredAsync(connection, "stored.secret");
            await using INatsSub<string> orders = await connection.SubscribeCoreAsync<string>("orders.*", cancellationToken: Cancel);
            await using INatsSub<string> inbox = await connection.SubscribeCoreAsync<string>(connection.NewInbox(), cancellationToken: Cancel);
            await connection.PublishAsync("orders.secret", "1", cancellationToken: Cancel);
            await connection.PublishAsync(inbox.Subject, "1", cancellationToken: Cancel);
            await orders.Msgs.ReadAsync(Cancel);
            await inbox.Msgs.ReadAsync(Cancel);
            provider.ForceFlush();
        }

        string[] values = [.. exported.SelectMany(Points).SelectMany(point => Pairs(point).Select(pair => $"{pair.Value}"))];
        Assert.Contains("orders.*", values);
        Assert.Contains("ORDERS", values);
        Assert.DoesNotContain(values, value => value.StartsWith(Ephemeral, StringComparison.Ordinal));
        Assert.DoesNotContain(values, value => value.Contains("secret", StringComparison.Ordinal) || value.Contains("_INBOX", StringComparison.Ordinal));
    }

    // By a consumer that has no name of its own, and by an ordered one.
    private static async Task ReadStoredAsync(NatsConnection connection, string subject)
    {
        var context = new NatsJSContext(connection);
        await context.CreateStreamAsync(new StreamConfig("ORDERS", [subject]), Cancel);
        await context.PublishAsync(subject, "1", cancellationToken: Cancel);
        INatsJSConsumer unnamed = await context.CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig { Name = $"{Ephemeral}1" }, Cancel);
        await (await unnamed.NextAsync<string>(cancellationToken: Cancel))!.AckAsync(cancellationToken: Cancel);
        INatsJSConsumer ordered = await context.CreateOrderedConsumerAsync("ORDERS", cancellationToken: Cancel);
        await foreach (INatsJSMsg<string> _ in ordered.ConsumeAsync<string>(cancellationToken: Cancel))
        {
            break;
        }
    }

    private static IEnumerable<MetricPoint> Points(Metric metric)
    {
        List<MetricPoint> points = [];
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            points.Add(point);
        }

        return points;
    }

    private static IEnumerable<string> Tags(MetricPoint point) => Pairs(point).Select(pair => pair.Key);

    private static List<KeyValuePair<string, object?>> Pairs(MetricPoint point)
    {
        List<KeyValuePair<string, object?>> pairs = [];
        foreach (KeyValuePair<string, object?> pair in point.Tags)
        {
            pairs.Add(pair);
        }

        return pairs;
    }
}
