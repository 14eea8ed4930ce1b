// Many messages: sent without waiting for each acknowledgement, and the outcome of each is known in the end.
using System.Diagnostics;
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("READINGS", ["readings.>"]) { Storage = StreamConfigStorage.Memory, MaxMsgs = 100_000 });

await using NatsJSPublisher publisher = js.CreatePublisher(new NatsJSPublisherOpts
{
    MaxInFlight = 500, // PublishAsync waits while this number of messages has no outcome
    OnFailed = failure => Console.WriteLine($"{failure.Subject} {failure.MsgId}: {failure.Exception.Message}"),
});
var watch = Stopwatch.StartNew();
for (int i = 0; i < 10_000; i++)
{
    await publisher.PublishAsync("readings.temperature", i);
}

await publisher.FlushAsync(); // every outcome is known
Console.WriteLine($"stored {publisher.Stored}, failed {publisher.Failed}, in {watch.ElapsedMilliseconds} ms");
