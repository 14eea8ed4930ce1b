// Members of a queue group share the messages: each one goes to exactly one member.
using Earshot;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsConnection connection = client.Connection;

// snippet: queue-group
await using INatsSub<int> first = await connection.SubscribeCoreAsync<int>("jobs", queueGroup: "workers");
await using INatsSub<int> second = await connection.SubscribeCoreAsync<int>("jobs", queueGroup: "workers");
Task<int> firstCount = CountAsync(first);
Task<int> secondCount = CountAsync(second);

for (int job = 0; job < 100; job++)
{
    await connection.PublishAsync("jobs", job);
}

await connection.FlushAsync();
await first.DrainAsync();
await second.DrainAsync();
// end snippet
int total = await firstCount + await secondCount;
Console.WriteLine($"first: {await firstCount}, second: {await secondCount}, together: {total}");

static async Task<int> CountAsync(INatsSub<int> subscription)
{
    int count = 0;
    await foreach (NatsMsg<int> _ in subscription.Msgs.ReadAllAsync())
    {
        count++;
    }

    return count;
}
