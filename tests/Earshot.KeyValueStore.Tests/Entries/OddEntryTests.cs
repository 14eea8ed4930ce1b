using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Entries;

/// <summary>What any program can publish to the subjects of a bucket without being a client of it.</summary>
[BothServers]
public sealed class OddEntryTests(JetStreamServers servers)
{
    [Fact]
    public async Task Messages_that_no_client_writes_do_not_end_a_watch()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await PublishAsync(rig, "a", new NatsHeaders { ["KV-Operation"] = "BOGUS" });
        await PublishAsync(rig, "b", new NatsHeaders { ["KV-Operation"] = new[] { "PURGE", "DEL" }, ["Nats-Marker-Reason"] = "nothing" });
        await PublishAsync(rig, "k\u00e4se", new NatsHeaders { ["Nats-Time-Stamp"] = "yesterday", ["Nats-Sequence"] = "-1" });
        await store.PutAsync("last", 4, cancellationToken: rig.Cancel);

        List<NatsKVEntry<int>> entries = await rig.TakeAsync(store.WatchAsync<int>(cancellationToken: rig.Cancel), 4);

        Assert.Equal(
            [("a", 1UL, NatsKVOperation.Put), ("b", 2UL, NatsKVOperation.Del), ("k\u00e4se", 3UL, NatsKVOperation.Put), ("last", 4UL, NatsKVOperation.Put)],
            entries.Select(entry => (entry.Key, entry.Revision, entry.Operation)));
        Assert.Equal([true, false, true, false], entries.Select(entry => entry.Error is NatsDeserializeException));
        await rig.ConsumersAsync(0);
    }

    private static async Task PublishAsync(KVRig rig, string key, NatsHeaders headers) =>
        (await rig.JetStream.PublishAsync($"$KV.{rig.Bucket}.{key}", "no number", headers: headers, cancellationToken: rig.Cancel)).EnsureSuccess();
}
