using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>The allocations of consecutive publishes with their acks in the whole process, with a real server.</summary>
[Collection(nameof(PublishAllocationTests))]
[CollectionDefinition(nameof(PublishAllocationTests), DisableParallelization = true)]
[OnlyReal(Because.ItCountsAllocations)]
public sealed class PublishAllocationTests(JetStreamServers servers)
{
    private const int Times = 2000;

    [Fact]
    public async Task Publish_with_its_ack_allocates_at_most_the_ack_and_the_continuation()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        string subject = $"{rig.Name}.a";
        byte[] payload = new byte[128];
        long least = long.MaxValue;
        for (int round = 0; round < 4; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Times; i++)
            {
                await rig.Context.PublishAsync(subject, payload, cancellationToken: CancellationToken.None);
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Times);
        }

        Assert.InRange(least, 1, 160);
    }

    [Fact]
    public async Task Publish_through_a_full_window_allocates_its_answer_its_ticket_and_a_share_of_the_wake_ups()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        string subject = $"{rig.Name}.a";
        byte[] payload = new byte[128];
        await using NatsJSPublisher publisher = rig.Context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = 256, UseMsgIds = false });
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Times * 5; i++)
            {
                await publisher.PublishAsync(subject, payload, cancellationToken: CancellationToken.None);
            }

            await publisher.FlushAsync(CancellationToken.None);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (Times * 5));
        }

        Assert.Equal(0, publisher.Failed);
        // 112 in a release build (./bench --workloads js-window); in a debug build each wake-up of a loop allocates its state machine as well.
        Assert.InRange(least, 1, 240);
    }
}
