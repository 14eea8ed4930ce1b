using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Watching;

/// <summary>The consumers of watches and of reads of many entries, on a real server (ADR-8).</summary>
[BothServers]
public sealed class WatchConsumerTests(JetStreamServers servers)
{
    [Theory]
    [InlineData("watch", ConsumerConfigDeliverPolicy.LastPerSubject, false)]
    [InlineData("history", ConsumerConfigDeliverPolicy.All, false)]
    [InlineData("updates", ConsumerConfigDeliverPolicy.New, false)]
    [InlineData("resume", ConsumerConfigDeliverPolicy.ByStartSequence, false)]
    [InlineData("keys", ConsumerConfigDeliverPolicy.LastPerSubject, true)]
    public async Task Read_is_an_ordered_consumer_with_the_policy_of_the_specification(string name, ConsumerConfigDeliverPolicy policy, bool isHeadersOnly)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await store.PutManyAsync(["a.1", "a.2", "b"], rig.Cancel);
        await using IAsyncEnumerator<string> reading = (name switch
        {
            "watch" => store.WatchAsync<int>("a.*", cancellationToken: rig.Cancel).Select(entry => entry.Key),
            "history" => store.HistoryAsync<int>("a.*", cancellationToken: rig.Cancel).Select(entry => entry.Key),
            "updates" => store.WatchAsync<int>("a.*", opts: new NatsKVWatchOpts { UpdatesOnly = true }, cancellationToken: rig.Cancel).Select(entry => entry.Key),
            "resume" => store.WatchAsync<int>("a.*", opts: new NatsKVWatchOpts { ResumeAtRevision = 2 }, cancellationToken: rig.Cancel).Select(entry => entry.Key),
            _ => store.GetKeysAsync(["a.*"], cancellationToken: rig.Cancel),
        }).GetAsyncEnumerator(rig.Cancel);
        ValueTask<bool> next = reading.MoveNextAsync();
        await rig.ConsumersAsync(1);
        ConsumerConfig config = (await rig.JetStream.ListConsumersAsync(rig.Stream, rig.Cancel).SingleAsync(rig.Cancel)).Info.Config;
        if (name == "updates")
        {
            await store.PutAsync("a.1", 2, cancellationToken: rig.Cancel);
        }

        Assert.True(await next);
        Assert.Equal((policy, isHeadersOnly), (config.DeliverPolicy, config.HeadersOnly));
        Assert.Equal((ConsumerConfigAckPolicy.None, true, 1L, null), (config.AckPolicy, config.MemStorage, config.MaxDeliver, config.DurableName));
        Assert.Equal(TimeSpan.FromMinutes(5), config.InactiveThreshold);
        Assert.Equal($"$KV.{rig.Bucket}.a.*", config.FilterSubject ?? config.FilterSubjects!.Single());
    }

    [Fact]
    public async Task Several_filters_are_one_consumer()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await store.PutManyAsync(["a.1", "b.1", "c"], rig.Cancel);
        await using IAsyncEnumerator<NatsKVEntry<int>> watch = store.WatchAsync<int>(["a.*", "c"], cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        Assert.True(await watch.MoveNextAsync() && watch.Current.Key == "a.1");
        Assert.True(await watch.MoveNextAsync() && watch.Current.Key == "c");
        await rig.ConsumersAsync(1);
    }
}
