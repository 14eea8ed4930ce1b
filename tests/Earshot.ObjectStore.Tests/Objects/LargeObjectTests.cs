using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Objects;

/// <summary>An object that does not fit into the memory that a put and a get use.</summary>
[Collection(nameof(ObjectAllocationTests))]
[OnlyReal(Because.ItCountsAllocations)]
public sealed class LargeObjectTests
{
    private const long Size = 1L << 30;
    private const long MaxAllocated = 128L << 20; // of 2 GiB that are moved: the pool of arrays is trimmed by collections, and filled again
    private const long MaxGrowth = 96L << 20;

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Object_of_1_GiB_is_written_and_read_in_constant_memory()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ObjRig rig = await ObjRig.ConnectAsync(server, limit: TimeSpan.FromMinutes(5));
        INatsObjStore store = await rig.CreateAsync(config => config with { Storage = NatsObjStorageType.File });
        await store.PutAsync("small", new HookedStream(8 << 20), cancellationToken: rig.Cancel);
        await store.GetAsync("small", Stream.Null, cancellationToken: rig.Cancel);
        GC.Collect();
        (long allocated, long workingSet) = (GC.GetTotalAllocatedBytes(precise: true), Environment.WorkingSet);
        long highest = 0;
        var progress = new ProgressLog(_ => highest = Math.Max(highest, Environment.WorkingSet));
        progress.Reported.Capacity = 20_000;
        var meta = new ObjectMetadata { Name = "a" };
        ObjectMetadata info = await store.PutAsync(meta, new HookedStream(Size), new NatsObjPutOpts { Progress = progress }, cancellationToken: rig.Cancel);
        await using var target = new HookedStream();
        await store.GetAsync("a", target, new NatsObjGetOpts { Progress = progress }, cancellationToken: rig.Cancel); // its digest is checked

        Assert.Equal(((ulong)Size, 8192u, Size), (info.Size, info.Chunks, target.Done));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - allocated, 1, MaxAllocated);
        Assert.InRange(highest - workingSet, long.MinValue, MaxGrowth);
    }
}
