// Changes several keys together, or none of them. Needs a server of version 2.12 or newer.
using Earshot;
using Earshot.KeyValueStore;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsKVContext kv = client.CreateKeyValueStoreContext();
INatsKVStore accounts = await kv.CreateOrUpdateStoreAsync(new NatsKVConfig("accounts") { AllowAtomic = true, Storage = NatsKVStorageType.Memory });
await accounts.UpdateManyAsync([NatsKVChange.Put("alice", 100), NatsKVChange.Put("bob", 20), NatsKVChange.Purge<int>("transfer.1")]);

// snippet: kv-update-many
async Task TransferAsync(string id, string from, string to, int amount)
{
    while (true)
    {
        NatsKVEntry<int> giver = await accounts.GetEntryAsync<int>(from);
        NatsKVEntry<int> receiver = await accounts.GetEntryAsync<int>(to);
        NatsResult<IReadOnlyList<ulong>> result = await accounts.TryUpdateManyAsync(
        [
            NatsKVChange.Create($"transfer.{id}", amount), // never made twice
            NatsKVChange.Update(from, giver.Value - amount, giver.Revision),
            NatsKVChange.Update(to, receiver.Value + amount, receiver.Revision),
        ]);
        if (result.Success)
        {
            return;
        }

        if (result.Error is not NatsKVUpdateManyException rejected || rejected.Conflicts.Any(conflict => conflict.ExpectedRevision is null))
        {
            throw result.Error; // the transfer was made before, or its outcome is unknown
        }

        Console.WriteLine(rejected.Message); // another transfer was faster: read again
    }
}
// end snippet

await Task.WhenAll(TransferAsync("1", "alice", "bob", 30), TransferAsync("2", "bob", "alice", 5));
Console.WriteLine($"alice {(await accounts.GetEntryAsync<int>("alice")).Value}, bob {(await accounts.GetEntryAsync<int>("bob")).Value}");
try
{
    await TransferAsync("1", "alice", "bob", 30);
}
catch (NatsKVUpdateManyException e)
{
    Console.WriteLine(e.Message);
}

await kv.DeleteStoreAsync("accounts");
