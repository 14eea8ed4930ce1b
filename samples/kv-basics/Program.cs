// Writes, reads and updates entries of a bucket, and shows how an update that lost to another one is detected.
using Earshot;
using Earshot.KeyValueStore;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);

// snippet: kv-create
INatsKVContext kv = client.CreateKeyValueStoreContext();
INatsKVStore profiles = await kv.CreateOrUpdateStoreAsync(new NatsKVConfig("profiles")
{
    History = 5, // entries that are kept for each key
    Storage = NatsKVStorageType.Memory,
});
// end snippet
await profiles.PurgeAsync("alice.city");

// snippet: kv-put-get
ulong revision = await profiles.PutAsync("alice.city", "Paris");
NatsKVEntry<string> entry = await profiles.GetEntryAsync<string>("alice.city");
Console.WriteLine($"{entry.Key} = {entry.Value}, revision {entry.Revision - revision} later");

NatsResult<NatsKVEntry<string>> missing = await profiles.TryGetEntryAsync<string>("bob.city");
Console.WriteLine($"bob.city: {missing.Error.GetType().Name}");
// end snippet

// snippet: kv-update
await profiles.UpdateAsync("alice.city", "Rome", entry.Revision);
NatsResult<ulong> late = await profiles.TryUpdateAsync("alice.city", "Oslo", entry.Revision); // another update was faster
Console.WriteLine($"second update: {late.Error.GetType().Name}");
// end snippet

// snippet: kv-history
await foreach (NatsKVEntry<string> old in profiles.HistoryAsync<string>("alice.city"))
{
    Console.WriteLine($"history: {old.Operation} {old.Value}");
}

await foreach (string key in profiles.GetKeysAsync(["alice.*"]))
{
    Console.WriteLine($"key: {key}");
}
// end snippet

await kv.DeleteStoreAsync("profiles");
