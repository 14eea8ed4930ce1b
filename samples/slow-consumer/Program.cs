// A subscription with a small queue and a reader that is too slow: the episode has a start, a count and an end.
using Earshot;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var connection = new NatsConnection(new NatsOpts { Url = url });
connection.Events.On<NatsMessageDroppedEvent>(e => Console.WriteLine(e.Message));

// snippet: slow-consumer
connection.Events.On<NatsSlowConsumerEvent>(e =>
    Console.WriteLine($"slow: {e.Subject} holds {e.PendingMessages} of {e.LimitMessages}, then: {e.Policy}"));
connection.Events.On<NatsSlowConsumerRecoveredEvent>(e =>
    Console.WriteLine($"recovered: {e.Subscription.Subject} dropped {e.Dropped}"));

var small = new NatsSubOpts { PendingMessagesLimit = 100, SlowConsumerPolicy = NatsSlowConsumerPolicy.DropOldest };
await using INatsSub<int> ticks = await connection.SubscribeCoreAsync<int>("ticks", opts: small);
// end snippet

long before = connection.Events.LastSequence;
for (int tick = 0; tick < 1000; tick++)
{
    await connection.PublishAsync("ticks", tick);
}

await connection.FlushAsync();
await connection.Events.WhenAsync<NatsSlowConsumerEvent>(after: before);

// Reading late: the oldest messages were dropped, the newest are delivered.
ticks.Msgs.TryRead(out NatsMsg<int> oldest);
Console.WriteLine($"first message still here: {oldest.Data}");
while (ticks.Msgs.TryRead(out _))
{
}

await connection.Events.WhenAsync<NatsSlowConsumerRecoveredEvent>(after: before);
Console.WriteLine($"delivered {ticks.Stats.Delivered}, dropped {ticks.Stats.Dropped}");
