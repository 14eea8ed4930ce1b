// Managing streams and consumers: create, change, list, inspect, purge, pause, reset and delete.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
AccountInfoResponse account = await js.GetAccountInfoAsync();
Console.WriteLine($"API level {account.Api.Level}, {account.Streams} streams");

INatsJSStream stream = await js.CreateOrUpdateStreamAsync(new StreamConfig("TICKETS", ["tickets.>"]) { Storage = StreamConfigStorage.Memory });
await stream.PurgeAsync(new StreamPurgeRequest());
for (int ticket = 1; ticket <= 5; ticket++)
{
    await js.PublishAsync($"tickets.{(ticket % 2 == 0 ? "urgent" : "normal")}", $"ticket {ticket}");
}

StreamMsgGetResponse last = await stream.GetAsync(new StreamMsgGetRequest { LastBySubj = "tickets.urgent" });
await stream.DeleteMessageAsync(new StreamMsgDeleteRequest { Seq = last.Message.Seq });
await stream.RefreshAsync();
Console.WriteLine($"{stream.Info.State.Messages} messages after one was deleted");

// snippet: manage-consumer
INatsJSConsumer consumer = await js.CreateOrUpdateConsumerAsync("TICKETS", new ConsumerConfig("agents") { AckPolicy = ConsumerConfigAckPolicy.Explicit });
await js.PauseConsumerAsync("TICKETS", "agents", DateTimeOffset.UtcNow.AddHours(1)); // delivers nothing until then
INatsJSMsg<string>? none = await consumer.NextAsync<string>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromMilliseconds(300) });
await js.ResumeConsumerAsync("TICKETS", "agents");
INatsJSMsg<string>? first = await consumer.NextAsync<string>();
await first!.AckAsync(new AckOpts { DoubleAck = true });
await consumer.ResetAsync(first.Metadata!.Value.Sequence.Stream); // delivers from this sequence again
INatsJSMsg<string>? again = await consumer.NextAsync<string>();
// end snippet
Console.WriteLine($"while paused: {none?.Data ?? "nothing"}, then {first.Data}, after the reset {again!.Data}");

await foreach (string name in js.ListConsumerNamesAsync("TICKETS"))
{
    Console.WriteLine($"consumer {name}");
}

await js.DeleteStreamAsync("TICKETS"); // with its consumers
