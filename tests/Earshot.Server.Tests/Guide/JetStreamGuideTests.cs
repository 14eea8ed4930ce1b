using Earshot.JetStream;
using Earshot.KeyValueStore;
using Xunit;

namespace Earshot.Server.Tests.Guide;

/// <summary>The chapter on JetStream of the guide.</summary>
public sealed class JetStreamGuideTests
{
    [Fact]
    public async Task Consumer_continues_after_a_change_of_leader()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        // snippet: js-leader
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, ct);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        INatsJSContext jetStream = connection.CreateJetStreamContext();
        await jetStream.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]), ct);
        INatsJSConsumer consumer = await jetStream.CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig("worker"), ct);
        await using INatsJSConsume<string> orders = await consumer.StartConsumeAsync<string>(cancellationToken: ct); // your loop here
        server.JetStream.Faults.ChangeLeader("ORDERS");
        await jetStream.PublishAsync("orders.1", "paid", cancellationToken: ct);
        await foreach (INatsJSMsg<string> order in orders.Msgs.WithCancellation(ct))
        {
            await order.AckAsync(cancellationToken: ct);
            break;
        }

        await server.JetStream.WaitForAckAsync("ORDERS", "worker", 1, ct);
        // end snippet
    }

    [Fact]
    public async Task Lost_tail_is_reported()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, ct);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        INatsJSContext jetStream = connection.CreateJetStreamContext();
        await jetStream.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]), ct);
        await jetStream.PublishAsync("orders.1", "paid", cancellationToken: ct);
        await jetStream.PublishAsync("orders.2", "paid", cancellationToken: ct);
        // snippet: js-regression
        server.JetStream.Faults.DropTail("ORDERS", 1);                             // the last message is lost
        await jetStream.PublishAsync("orders.3", "paid", cancellationToken: ct);   // its sequence is assigned again
        NatsStreamRegressionEvent lost = await connection.Events.WhenAsync<NatsStreamRegressionEvent>(0, ct);
        NatsTestServerStream stream = server.JetStream.FindStream("ORDERS")!;
        // end snippet
        Assert.Equal("ORDERS", lost.Stream);
        Assert.Equal(["orders.1", "orders.3"], stream.Messages.Select(message => message.Subject));
    }

    [Fact]
    public async Task Watch_of_a_bucket_continues_after_a_lost_connection()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, ct);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        // snippet: js-bucket
        INatsKVStore settings = await connection.CreateKeyValueStoreContext().CreateStoreAsync("settings", ct);
        await using INatsKVWatch<string> watch = await settings.StartWatchAsync<string>(cancellationToken: ct); // your watch here
        server.Faults.Drop(NatsTestServerDrop.Reset);
        await settings.PutAsync("limit", "10", cancellationToken: ct);
        await foreach (NatsKVEntry<string> entry in watch.Entries.WithCancellation(ct))
        {
            Assert.Equal("10", entry.Value);
            break;
        }
        // end snippet
    }
}
