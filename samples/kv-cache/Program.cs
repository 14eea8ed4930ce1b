// Keeps a copy of a bucket in memory. The copy stays correct when the connection is lost and when the servers lose data.
using System.Collections.Concurrent;
using Earshot;
using Earshot.KeyValueStore;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsKVContext kv = client.CreateKeyValueStoreContext();
INatsKVStore prices = await kv.CreateOrUpdateStoreAsync(new NatsKVConfig("prices") { Storage = NatsKVStorageType.Memory });
await prices.PutManyAsync(Enumerable.Range(1, 1000).Select(i => KeyValuePair.Create($"article.{i}", i * 10)));

// snippet: kv-cache
var cache = new ConcurrentDictionary<string, int>();
await using INatsKVWatch<int> watch = await prices.StartWatchAsync<int>();
var reading = Task.Run(async () =>
{
    await foreach (NatsKVWatchItem<int> item in watch.Items)
    {
        if (item.Event == NatsKVWatchEvent.Reset)
        {
            cache.Clear(); // the bucket lost entries; those that it has follow
        }
        else if (item.Event == NatsKVWatchEvent.Entry && item.Entry.Operation == NatsKVOperation.Put)
        {
            cache[item.Entry.Key] = item.Entry.Value;
        }
        else if (item.Event == NatsKVWatchEvent.Entry)
        {
            cache.TryRemove(item.Entry.Key, out _);
        }
    }
});

await watch.Synced; // the copy has all entries that the bucket had at the start
Console.WriteLine($"{cache.Count} prices, article 7 costs {cache["article.7"]}");
// end snippet

await client.ReconnectAsync();
ulong revision = await prices.PutAsync("article.7", 75);
using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
while (watch.Counts.LastRevision < revision && await poll.WaitForNextTickAsync())
{
}

await watch.StopAsync();
await reading;
Console.WriteLine($"article 7 costs {cache["article.7"]} after a reconnect");
await kv.DeleteStoreAsync("prices");
