using System.Globalization;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Watching;

/// <summary>Many idle watches on one connection, and all of them after a reconnect.</summary>
[Collection(nameof(ManyWatchesTests))]
[CollectionDefinition(nameof(ManyWatchesTests), DisableParallelization = true)]
[OnlyReal(Because.ItCountsAllocations)]
public sealed class ManyWatchesTests
{
    private const long MiB = 1024 * 1024;
    private const int PerBucket = 100; // nats-server 2.15 allows 1,000 consumers of a stream by default

    [Fact]
    public Task Hundred_idle_watches_share_one_timer_and_continue_after_a_reconnect() => RunAsync(100);

    [Fact]
    [Trait("Duration", "Long")]
    public Task Ten_thousand_idle_watches_share_one_timer_and_continue_after_a_reconnect() => RunAsync(10_000);

    private static async Task RunAsync(int count)
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using KVRig rig = await KVRig.ConnectAsync(server, opts: KVRig.Quick, limit: TimeSpan.FromMinutes(3));
        var stores = new INatsKVStore[(count + PerBucket - 1) / PerBucket];
        for (int i = 0; i < stores.Length; i++)
        {
            stores[i] = await rig.CreateAsync(config => config with { Bucket = $"{rig.Bucket}_{i}" });
        }

        await using (INatsKVWatch<int> warmUp = await stores[0].StartWatchAsync<int>(["warm"], cancellationToken: rig.Cancel))
        {
            await stores[0].PutAsync("warm", 1, cancellationToken: rig.Cancel);
            Assert.Single(await rig.TakeAsync(warmUp.Entries, 1));
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        long timers = Timer.ActiveCount;
        var watches = new INatsKVWatch<int>[count];
        await Parallel.ForAsync(0, count, rig.Cancel, async (i, cancel) => watches[i] = await stores[i / PerBucket].StartWatchAsync<int>([Key(i)], cancellationToken: cancel));
        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Current.SendDiagnosticMessage($"{count} watches: {(double)held / MiB:0.0} MiB, {held / count} bytes each; {Timer.ActiveCount - timers} timers");
        Assert.True(count < 1000 || held <= 45 * MiB * count / 10_000, $"{held / count} bytes for each watch"); // a few share their cost
        Assert.InRange(Timer.ActiveCount - timers, -5, 10); // they share the timer of the connection

        Task<int>[] entries = [.. watches.Select(watch => FirstAsync(watch, rig.Cancel))];
        await rig.Connection.ReconnectAsync(rig.Cancel);
        for (int i = 0; i < stores.Length; i++)
        {
            await stores[i].PutManyAsync(Enumerable.Range(i * PerBucket, PerBucket).Select(key => KeyValuePair.Create(Key(key), key)), cancellationToken: rig.Cancel);
        }

        Assert.Equal(Enumerable.Range(0, count), await Task.WhenAll(entries));
        Assert.All(watches, watch => Assert.True(watch.Counts is { Received: 1, Consumers: >= 2 }, $"{watch.Counts}")); // more on a machine that stands for two heartbeats
    }

    private static string Key(int i) => string.Create(CultureInfo.InvariantCulture, $"k.{i}");

    private static async Task<int> FirstAsync(INatsKVWatch<int> watch, CancellationToken cancellationToken)
    {
        await foreach (NatsKVEntry<int> entry in watch.Entries.WithCancellation(cancellationToken))
        {
            return entry.Value;
        }

        return -1;
    }
}
