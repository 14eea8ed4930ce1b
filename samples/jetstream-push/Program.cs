// A push consumer: the server delivers by itself. Flow control holds it back while the program is slow, and a group shares the messages.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("TICKS", ["ticks.>"]) { Storage = StreamConfigStorage.Memory });
await using (NatsJSPublisher publisher = js.CreatePublisher())
{
    for (int i = 0; i < 3000; i++)
    {
        await publisher.PublishAsync("ticks.a", new byte[1024]);
    }
}

client.Connection.Events.On<NatsFlowControlProcessedEvent>(e => Console.WriteLine($"the server waited {e.Held.TotalMilliseconds:F0} ms for {e.Consumer.Name}"));

// snippet: push-read
INatsJSPushConsumer monitor = await js.CreatePushConsumerAsync("TICKS", new NatsJSPushConsumerOpts
{
    AckPolicy = ConsumerConfigAckPolicy.None,
    FlowControl = true,
});

int read = 0;
await foreach (INatsJSMsg<byte[]> tick in monitor.ConsumeAsync<byte[]>())
{
    read++;
    if (tick.Metadata?.NumPending == 0)
    {
        break;
    }
}
// end snippet
Console.WriteLine($"read {read}");

// snippet: push-group
var workers = new NatsJSPushConsumerOpts { DurableName = "workers", DeliverSubject = "deliver.workers", DeliverGroup = "workers", MaxAckPending = 100 };
INatsJSPushConsumer one = await js.CreateOrUpdatePushConsumerAsync("TICKS", workers);
INatsJSPushConsumer two = await js.GetPushConsumerAsync("TICKS", "workers"); // in another process
// end snippet
using var done = new CancellationTokenSource();
int processed = 0;
await Task.WhenAll(WorkAsync(one), WorkAsync(two));
Console.WriteLine($"together {processed}");

async Task WorkAsync(INatsJSPushConsumer consumer)
{
    await foreach (INatsJSMsg<byte[]> tick in consumer.ConsumeAsync<byte[]>(cancellationToken: done.Token))
    {
        await tick.AckAsync();
        if (Interlocked.Increment(ref processed) == 3000)
        {
            done.Cancel();
        }
    }
}
