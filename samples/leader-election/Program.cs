// Two candidates, one leader: a key with a time to live. Needs a server of version 2.11 or newer.
using Earshot;
using Earshot.KeyValueStore;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsKVContext kv = client.CreateKeyValueStoreContext();
INatsKVStore roles = await kv.CreateOrUpdateStoreAsync(new NatsKVConfig("roles")
{
    LimitMarkerTTL = TimeSpan.FromSeconds(5),
    Storage = NatsKVStorageType.Memory,
});
await Task.WhenAll(RunAsync("one"), RunAsync("two"));
await kv.DeleteStoreAsync("roles");

// snippet: kv-leader
async Task RunAsync(string name)
{
    var term = TimeSpan.FromSeconds(3);
    await foreach (NatsKVEntry<string> change in Changes())
    {
        NatsResult<ulong> elected = await roles.TryCreateAsync("leader", name, term);
        if (!elected.Success)
        {
            continue; // there is another leader; wait until its key is deleted or expires
        }

        Console.WriteLine($"{name} leads");
        ulong revision = elected.Value;
        for (int work = 0; work < 3; work++)
        {
            // Renews the term; throws when another candidate has become the leader, after a long pause of this process.
            revision = await roles.UpdateAsync("leader", name, revision, term);
        }

        await roles.DeleteAsync("leader", new NatsKVDeleteOpts { Revision = revision });
        Console.WriteLine($"{name} resigned");
        return;
    }
}

// The first item is no change: an election may take place immediately.
async IAsyncEnumerable<NatsKVEntry<string>> Changes()
{
    yield return default;
    await foreach (NatsKVEntry<string> entry in roles.WatchAsync<string>("leader"))
    {
        if (entry.Operation != NatsKVOperation.Put)
        {
            yield return entry;
        }
    }
}
// end snippet
