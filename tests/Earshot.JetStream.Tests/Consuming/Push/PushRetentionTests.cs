using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>Ephemeral push consumers that are recreated on streams which keep messages only while a consumer needs them.</summary>
[BothServers]
public sealed class PushRetentionTests(JetStreamServers servers)
{
    [Fact]
    public async Task Consumer_is_kept_when_an_interest_stream_allows_no_further_one()
    {
        await using PushRig rig = await PushRig.StartAsync(await servers.Newest, config => config with { Retention = StreamConfigRetention.Interest, MaxConsumers = 1 });
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { AckWait = TimeSpan.FromSeconds(1) });
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        await rig.StoreAsync(6);
        Assert.Equal([0, 1, 2], await rig.TakeAsync(messages, 3));
        await rig.WhenAsync(consumer.Info.Name, static info => info.AckFloor.StreamSeq == 3);
        await rig.Connection.ReconnectAsync(rig.Cancel);
        NatsConsumerRecreatedEvent recreated = await rig.Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, rig.Cancel);
        await rig.StoreAsync(1, 6);

        Assert.Equal((consumer.Info.Name, consumer.Info.Name, 4UL), (recreated.OldName, recreated.Consumer.Name, recreated.FromStreamSeq));
        HashSet<int> taken = []; // those in flight come again after AckWait
        while (taken.Count < 4)
        {
            taken.UnionWith(await rig.TakeAsync(messages, 1));
        }

        Assert.Equal([3, 4, 5, 6], taken.Order());
        await rig.WhenAsync(consumer.Info.Name, static info => info.NumAckPending == 0);
        Assert.Equal(0, (await rig.Rig.Context.GetStreamAsync(rig.Rig.Name, null, rig.Cancel)).Info.State.Messages);
        Assert.Empty(rig.Connection.Events.ToList().OfType<NatsConsumerLostEvent>());
    }

    [Theory]
    [InlineData(StreamConfigRetention.Limits)]
    [InlineData(StreamConfigRetention.Interest)]
    [InlineData(StreamConfigRetention.Workqueue)]
    public async Task Message_without_ack_is_delivered_again_by_the_recreated_consumer(StreamConfigRetention retention)
    {
        await using PushRig rig = await PushRig.StartAsync(await servers.Newest, config => config with { Retention = retention });
        INatsJSPushConsumer consumer = await rig.CreateAsync();
        await using INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        await rig.StoreAsync(6);
        Assert.Equal([0, 1, 2], await rig.TakeAsync(messages, 3));
        await rig.WhenAsync(consumer.Info.Name, static info => info.AckFloor.StreamSeq == 3);
        await rig.Connection.ReconnectAsync(rig.Cancel);
        await rig.Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, rig.Cancel);
        await rig.StoreAsync(1, 6);

        Assert.Equal([3, 4, 5, 6], await rig.TakeAsync(messages, 4));
        await consumer.RefreshAsync(rig.Cancel);
        ConsumerInfo info = await rig.WhenAsync(consumer.Info.Name, static info => info.NumAckPending == 0);
        Assert.Equal(retention == StreamConfigRetention.Limits ? 7 : 0, (await rig.Rig.Context.GetStreamAsync(rig.Rig.Name, null, rig.Cancel)).Info.State.Messages);
    }
}
