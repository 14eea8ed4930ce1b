// A drain: all received messages are read and all published messages are flushed before the connection closes.
using Earshot;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var connection = new NatsConnection(new NatsOpts { Url = url });
connection.Events.On<NatsDrainStartedEvent>(e => Console.WriteLine(e.Message));
connection.Events.On<NatsDrainCompletedEvent>(e => Console.WriteLine(e.Message));

// snippet: drain
await using INatsSub<int> orders = await connection.SubscribeCoreAsync<int>("orders");
Task<int> reading = ReadAllAsync(orders);
for (int order = 0; order < 1000; order++)
{
    await connection.PublishAsync("orders", order);
}

await connection.FlushAsync();
await connection.DrainAsync();
Console.WriteLine($"read {await reading} of 1000; closed: {(await connection.Closed).Reason}");
// end snippet

static async Task<int> ReadAllAsync(INatsSub<int> subscription)
{
    int count = 0;
    await foreach (NatsMsg<int> _ in subscription.Msgs.ReadAllAsync())
    {
        count++;
    }

    return count;
}
