using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Tests.Kit;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Entries;

/// <summary>The allocations of consecutive reads and writes in the whole process, with a real server.</summary>
[Collection(nameof(EntryAllocationTests))]
[CollectionDefinition(nameof(EntryAllocationTests), DisableParallelization = true)]
public sealed class EntryAllocationTests(JetStreamServers servers)
{
    private const int Times = 1000;

    [Fact]
    public async Task Read_allocates_its_value_its_headers_and_two_subjects()
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

        Assert.InRange(least, 1, 500);
    }

    [Fact]
    public async Task Write_allocates_its_ack_its_subject_and_its_message_id()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        byte[] value = new byte[16];
        long least = long.MaxValue;
        for (int round = 0; round < 4; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Times; i++)
            {
                await store.PutAsync("key", value, cancellationToken: CancellationToken.None);
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Times);
        }

        // The strings of the subject and the message id are about 150 of them, with the 23 characters of this bucket.
        Assert.InRange(least, 1, 350);
    }
}
