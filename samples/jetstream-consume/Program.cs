// A worker: reads messages, acknowledges each, asks for those that failed again, and stops without leaving a message behind.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("JOBS", ["jobs.>"]) { Storage = StreamConfigStorage.Memory });
await js.PurgeStreamAsync("JOBS", new StreamPurgeRequest());
for (int job = 1; job <= 10; job++)
{
    await js.PublishAsync("jobs.resize", job);
}

INatsJSConsumer consumer = await js.CreateOrUpdateConsumerAsync("JOBS", new ConsumerConfig("workers")
{
    AckPolicy = ConsumerConfigAckPolicy.Explicit,
    AckWait = TimeSpan.FromSeconds(30), // a message without an acknowledgement is delivered again after this time
    MaxDeliver = 5,
});
await using INatsJSConsume<int> consume = await consumer.StartConsumeAsync<int>();
int done = 0;
await foreach (INatsJSMsg<int> message in consume.Msgs)
{
    if (message.Data == 7 && message.Metadata?.NumDelivered == 1)
    {
        Console.WriteLine("job 7 failed; again in 200 ms");
        await message.NakAsync(new AckOpts { NakDelay = TimeSpan.FromMilliseconds(200) });
        continue;
    }

    if (++done < 10)
    {
        await message.AckAsync();
        continue;
    }

    NatsJSAckOutcome outcome = await message.TryAckAsync(new AckOpts { DoubleAck = true }); // waits for the server's confirmation
    Console.WriteLine($"last acknowledgement: {outcome}");
    break;
}

await consume.DrainAsync();
await consumer.RefreshAsync();
Console.WriteLine($"done {done}, received {consume.Counts.Received}, not acknowledged {consumer.Info.NumAckPending}");
