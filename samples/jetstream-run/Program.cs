// Handlers for the messages of a consumer: four at a time, kept while they run, tried again when they fail, and drained at the end.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("IMAGES", ["images.>"]) { Storage = StreamConfigStorage.Memory });
await js.PurgeStreamAsync("IMAGES", new StreamPurgeRequest());
for (int image = 1; image <= 20; image++)
{
    await js.PublishAsync("images.resize", image);
}

INatsJSConsumer consumer = await js.CreateOrUpdateConsumerAsync("IMAGES", new ConsumerConfig("resizers") { AckPolicy = ConsumerConfigAckPolicy.Explicit });
using var stop = new CancellationTokenSource();
int done = 0;

// snippet: run-handlers
NatsJSRunResult result = await consumer.RunAsync<int>(
    async (message, cancel) =>
    {
        await ResizeAsync(message.Data, message.Metadata?.NumDelivered ?? 1, cancel);
        if (Interlocked.Increment(ref done) == 20)
        {
            await stop.CancelAsync();
        }
    },
    new NatsJSRunOpts
    {
        MaxConcurrency = 4,
        RetryDelays = [TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5)],
        TerminateAfter = 10,
    },
    cancellationToken: stop.Token);
// end snippet
Console.WriteLine($"succeeded {result.Succeeded}, failed {result.Failed}, terminated {result.Terminated}");

static async Task ResizeAsync(int image, ulong delivery, CancellationToken cancel)
{
    await Task.Delay(20, cancel);
    if (image == 7 && delivery == 1)
    {
        throw new IOException($"image {image} is locked"); // it is delivered again after 200 ms
    }
}
