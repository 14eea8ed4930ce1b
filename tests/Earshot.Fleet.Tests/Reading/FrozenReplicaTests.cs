using Earshot.Fleet.Tests.Story;
using Xunit;

namespace Earshot.Fleet.Tests.Reading;

/// <summary>A replica that receives requests and does not answer them, as one of a frozen server.</summary>
public sealed class FrozenReplicaTests
{
    // The group of all replicas of a stream.
    private const string Replicas = "_sys_";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reader_asks_another_replica_when_one_does_not_answer()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync();
        var story = new ClusterStory { Now = TimeProvider.System.GetUtcNow() };
        story.Connect(new StoryClient("c0"), story.Start("n1"));
        await rig.Publisher.PublishAsync(story.Records, Token);
        NatsConnection frozen = await rig.ConnectAsync();
        NatsConnection connection = await rig.ConnectAsync();
        for (int round = 0, received = 0; received == 0; round++)
        {
            Assert.InRange(round, 0, 50);
            await using INatsSub<byte[]> replica = await frozen.SubscribeCoreAsync("$JS.API.DIRECT.GET.>", Replicas, NatsRawSerializer<byte[]>.Default, cancellationToken: Token);
            await replica.ConfirmAsync(Token);
            Task<bool> swallowed = EndWithFirstAsync(replica);
            FleetStreamContent content = await FleetStreamReader.ReadAsync(connection, cancellationToken: Token);
            Assert.Empty(content.Problems);
            Assert.Equal(2, content.Records.Count);
            await replica.UnsubscribeAsync();
            received += await swallowed ? 1 : 0;
        }
    }

    private static async Task<bool> EndWithFirstAsync(INatsSub<byte[]> replica)
    {
        await foreach (NatsMsg<byte[]> _ in replica.Msgs.ReadAllAsync(Token))
        {
            await replica.UnsubscribeAsync();
            return true;
        }

        return false;
    }
}
