// Reading several messages of a stream with one request, without a consumer.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("SENSORS", ["sensors.>"]) { Storage = StreamConfigStorage.Memory, AllowDirect = true });
await js.PurgeStreamAsync("SENSORS", new StreamPurgeRequest());
for (int i = 0; i < 20; i++)
{
    await js.PublishAsync($"sensors.{i % 3}", i);
}

await foreach (NatsMsg<int> last in js.GetBatchDirectAsync<int>("SENSORS", new StreamMsgBatchGetRequest { MultiLast = ["sensors.>"] }))
{
    Console.WriteLine($"last of {last.Headers!["Nats-Subject"]}: {last.Data}");
}

var request = new StreamMsgBatchGetRequest { Batch = 4, NextBySubj = "sensors.0" };
StreamMsgBatchGetEnd? end;
do
{
    end = null;
    List<int> page = await js.GetBatchDirectAsync<int>("SENSORS", request, ended: e => end = e).Select(message => message.Data).ToListAsync();
    Console.WriteLine($"{string.Join(", ", page)} ({end!.NumPending} left)");
    request = request with { Seq = end.LastSequence + 1 };
}
while (end.NumPending > 0);
