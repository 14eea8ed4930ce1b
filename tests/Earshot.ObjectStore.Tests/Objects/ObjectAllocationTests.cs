using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Objects;

/// <summary>The allocations of large puts and gets in the whole process, with a real server.</summary>
[Collection(nameof(ObjectAllocationTests))]
[CollectionDefinition(nameof(ObjectAllocationTests), DisableParallelization = true)]
[OnlyReal(Because.ItCountsAllocations)]
public sealed class ObjectAllocationTests(JetStreamServers servers)
{
    private const int Size = 64 * 1024 * 1024;
    private const long Limit = 2 * 1024 * 1024;

    [Fact]
    public async Task Put_and_get_of_64_MiB_allocate_less_than_2_MiB_each()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        (long put, long get) = (long.MaxValue, long.MaxValue);
        for (int round = 0; round < 4 && (put > Limit || get > Limit); round++) // the pool of arrays is filled by the first one
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await store.PutAsync("a", new HookedStream(Size), cancellationToken: rig.Cancel);
            long between = GC.GetTotalAllocatedBytes(precise: true);
            await store.GetAsync("a", Stream.Null, cancellationToken: rig.Cancel);
            (put, get) = (Math.Min(put, between - before), Math.Min(get, GC.GetTotalAllocatedBytes(precise: true) - between));
        }

        Assert.InRange(put, 1, Limit);
        Assert.InRange(get, 1, Limit);
    }
}
