using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>Reads of push consumers, on the newest and on the oldest server.</summary>
public sealed class PushReadTests(JetStreamServers servers)
{
    public static TheoryData<bool> Servers => [false, true];

    [Theory, MemberData(nameof(Servers))]
    public async Task Durable_consumer_delivers_what_is_stored_and_what_comes_later(bool isOldest)
    {
        await using PushRig rig = await PushRig.StartAsync(await ServerAsync(isOldest));
        await rig.StoreAsync(5);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "D" });
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consumer.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        List<int> read = await rig.TakeAsync(messages, 5);
        await rig.StoreAsync(5, 5);
        read.AddRange(await rig.TakeAsync(messages, 5));

        Assert.Equal(Enumerable.Range(0, 10), read);
        ConsumerInfo info = await rig.WhenAsync("D", static info => info.NumAckPending == 0);
        Assert.Equal((true, 10UL), (info.PushBound, info.AckFloor.StreamSeq));
    }

    private Task<NatsServerProcess> ServerAsync(bool isOldest) => isOldest ? servers.Oldest : servers.Newest;
}
