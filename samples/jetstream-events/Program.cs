// What the connection reports about a consumer: here the consumer is deleted while it is read.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("ALARMS", ["alarms.>"]) { Storage = StreamConfigStorage.Memory });
INatsJSConsumer consumer = await js.CreateOrUpdateConsumerAsync("ALARMS", new ConsumerConfig("pager"));

client.Connection.Events.On<NatsConsumerStalledEvent>(e => Console.WriteLine($"stalled: {e.Reason}"));
client.Connection.Events.On<NatsConsumerResumedEvent>(e => Console.WriteLine($"resumed after {e.Stalled}"));
client.Connection.Events.On<NatsConsumerLostEvent>(e => Console.WriteLine($"lost: {e.Reason}"));
await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>();
await js.PublishAsync("alarms.fire", "third floor");
try
{
    await foreach (INatsJSMsg<string> message in consume.Msgs)
    {
        Console.WriteLine(message.Data);
        await message.AckAsync();
        await js.DeleteConsumerAsync("ALARMS", "pager");
    }
}
catch (NatsJSConsumerLostException e)
{
    Console.WriteLine(e.Message);
}
