// Publishes during an outage: they wait in a bounded buffer and are sent after the reconnect.
using Earshot;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var receiver = new NatsConnection(new NatsOpts { Url = url });
await using INatsSub<int> readings = await receiver.SubscribeCoreAsync<int>("readings");
await readings.ConfirmAsync();

await using var connection = new NatsConnection(new NatsOpts { Url = url });
connection.Events.On<NatsDisconnectedEvent>(e => Console.WriteLine(e.Message));
connection.Events.On<NatsPendingReplayedEvent>(e => Console.WriteLine(e.Message));
await connection.ConnectAsync();

// A deliberate outage: the pool becomes one server that does not run.
long before = connection.Events.LastSequence;
Task back = connection.SetServersAsync(["nats://127.0.0.1:1"], reconnect: true).AsTask();
await connection.Events.WhenAsync<NatsReconnectingEvent>(after: before);

// snippet: publish-while-down
for (int reading = 0; reading < 5; reading++)
{
    await connection.PublishAsync("readings", reading);
}

Console.WriteLine($"state {connection.ConnectionState}, {connection.Stats.PendingMessages} messages wait");
// end snippet

await connection.SetServersAsync([url]);
await back;
for (int i = 0; i < 5; i++)
{
    NatsMsg<int> reading = await readings.Msgs.ReadAsync();
    Console.WriteLine($"received {reading.Data}");
}
