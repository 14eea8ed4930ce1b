using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Entries;

/// <summary>The allocations of consecutive reads and writes in the whole process, with a real server.</summary>
[Collection(nameof(EntryAllocationTests))]
[CollectionDefinition(nameof(EntryAllocationTests), DisableParallelization = true)]
[OnlyReal(Because.ItCountsAllocations)]
public sealed class EntryAllocationTests(JetStreamServers servers)
{
    private const int Times = 1000;

    [Fact]
    public async Task Read_of_the_same_key_allocates_its_value_its_headers_and_the_subject_of_the_reply()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await store.PutAsync("key", new byte[16], cancellationToken: rig.Cancel);

        long least = long.MaxValue;
        for (int round = 0; round < 4; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Times; i++)
            {
                await store.GetEntryAsync<byte[]>("key", cancellationToken: CancellationToken.None);
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Times);
        }

        Assert.InRange(least, 1, 400);
    }

    [Fact]
    public async Task Write_of_the_same_key_allocates_its_ack_and_its_message_id()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        byte[] value = new byte[16];
        long least = await LeastAsync(_ => store.PutAsync("key", value, cancellationToken: CancellationToken.None));

        Assert.InRange(least, 1, 250);
    }

    [Fact]
    public async Task Write_of_another_key_also_allocates_its_subject()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        byte[] value = new byte[16];
        string[] keys = [.. Enumerable.Range(0, 100).Select(i => $"key.{i:00}")];
        long least = await LeastAsync(i => store.PutAsync(keys[i % keys.Length], value, cancellationToken: CancellationToken.None));

        // The subject is about 90 of them, with the 23 characters of this bucket.
        Assert.InRange(least, 1, 370);
    }

    private static async Task<long> LeastAsync(Func<int, ValueTask<ulong>> write)
    {
        long least = long.MaxValue;
        for (int round = 0; round < 4; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Times; i++)
            {
                await write(i);
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Times);
        }

        return least;
    }
}
