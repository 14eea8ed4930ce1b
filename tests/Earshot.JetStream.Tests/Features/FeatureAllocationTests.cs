using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Features;

/// <summary>The allocations of counters and of messages of batches, as counted by the runtime for the whole process, with a real server.</summary>
[Collection(nameof(FeatureAllocationTests))]
[CollectionDefinition(nameof(FeatureAllocationTests), DisableParallelization = true)]
[OnlyReal(Because.ItCountsAllocations)]
public sealed class FeatureAllocationTests(JetStreamServers servers)
{
    private const int Times = 500;
    private const int Rounds = 10;

    [Fact]
    public async Task Addition_to_a_counter_allocates_at_most_720_bytes()
    {
        await using JetStreamRig rig = await StartAsync();
        NatsJSCounter counter = await rig.Context.GetCounterAsync(rig.Name, rig.Cancel);
        string subject = $"{rig.Name}.a";
        Assert.InRange(await LeastAsync(async () => await counter.AddAsync(subject, 1)), 1, 720);
    }

    [Fact]
    public async Task Read_of_a_counter_allocates_at_most_2900_bytes()
    {
        await using JetStreamRig rig = await StartAsync();
        NatsJSCounter counter = await rig.Context.GetCounterAsync(rig.Name, rig.Cancel);
        string subject = $"{rig.Name}.a";
        await counter.AddAsync(subject, 1, cancellationToken: rig.Cancel);
        Assert.InRange(await LeastAsync(async () => await counter.GetAsync(subject)), 1, 2900);
    }

    [Fact]
    public async Task Message_of_an_atomic_batch_allocates_at_most_360_bytes()
    {
        await using JetStreamRig rig = await StartAsync(config => config with { AllowMsgCounter = false, AllowAtomicPublish = true });
        string subject = $"{rig.Name}.a";
        byte[] payload = new byte[128];
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
            await batch.AddAsync(subject, payload, cancellationToken: rig.Cancel);
            least = Math.Min(least, await BytesAsync(async () => await batch.AddAsync(subject, payload)));
            await batch.CommitAsync(rig.Cancel);
        }

        Assert.InRange(least, 1, 360);
    }

    [Fact]
    public async Task Message_of_a_fast_batch_allocates_at_most_460_bytes()
    {
        await using JetStreamRig rig = await StartAsync(config => config with { AllowMsgCounter = false, AllowBatchPublish = true });
        string subject = $"{rig.Name}.a";
        byte[] payload = new byte[128];
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync(rig.Name, new NatsJSFastPublisherOpts { UseMsgIds = false }, rig.Cancel);
        await batch.AddAsync(subject, payload, cancellationToken: rig.Cancel);
        Assert.InRange(await LeastAsync(async () => await batch.AddAsync(subject, payload)), 1, 460);
        await batch.CommitAsync(rig.Cancel);
    }

    private static async Task<long> LeastAsync(Func<Task> action)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            least = Math.Min(least, await BytesAsync(action));
        }

        return least;
    }

    private static async Task<long> BytesAsync(Func<Task> action)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < Times; i++)
        {
            await action();
        }

        return (GC.GetTotalAllocatedBytes(precise: true) - before) / Times;
    }

    private async Task<JetStreamRig> StartAsync(Func<StreamConfig, StreamConfig>? change = null)
    {
        JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => (change ?? (static same => same))(config with { AllowMsgCounter = true, AllowDirect = true }));
        return rig;
    }
}
