// Watches a part of a bucket: first the entries that it has, then every change, until a key is deleted.
using Earshot;
using Earshot.KeyValueStore;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsKVContext kv = client.CreateKeyValueStoreContext();
INatsKVStore settings = await kv.CreateOrUpdateStoreAsync(new NatsKVConfig("settings") { Storage = NatsKVStorageType.Memory });
await settings.PutAsync("web.port", "80");
await settings.PutAsync("web.host", "example.org");
await settings.PutAsync("mail.host", "example.com");

// snippet: kv-watch
var opts = new NatsKVWatchOpts
{
    OnNoData = async cancellationToken =>
    {
        // Called exactly once: the entries that the bucket had are delivered.
        Console.WriteLine("up to date");
        await settings.PutAsync("web.port", "8080", cancellationToken: cancellationToken);
        await settings.DeleteAsync("web.host", cancellationToken: cancellationToken);
        return false; // true would end the watch
    },
};
await foreach (NatsKVEntry<string> entry in settings.WatchAsync<string>("web.*", opts: opts))
{
    Console.WriteLine($"{entry.Operation} {entry.Key} {entry.Value}");
    if (entry.Operation != NatsKVOperation.Put)
    {
        break;
    }
}
// end snippet

await kv.DeleteStoreAsync("settings");
