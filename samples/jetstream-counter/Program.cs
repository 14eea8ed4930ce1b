// Counters: numbers of any size that a stream adds up.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("VISITS", ["visits.>"]) { Storage = StreamConfigStorage.Memory, AllowMsgCounter = true, AllowDirect = true });
await js.PurgeStreamAsync("VISITS", new StreamPurgeRequest());

NatsJSCounter visits = await js.GetCounterAsync("VISITS");
await visits.AddAsync("visits.home", 3);
await visits.AddAsync("visits.shop", 1, msgId: "visit-17");
await visits.AddAsync("visits.shop", 1, msgId: "visit-17"); // counts once
Console.WriteLine($"home: {await visits.AddAsync("visits.home", 2)}");

await foreach (CounterEntry entry in visits.GetManyAsync(["visits.>"]))
{
    Console.WriteLine($"{entry.Subject} = {entry.Value}");
}
