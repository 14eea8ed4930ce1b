using System.Collections.Concurrent;
using System.Globalization;
using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Cluster;

/// <summary>Writes and watches of a bucket with three replicas, whose leader steps down and is killed. A client may be connected to the killed node.</summary>
[Trait("Duration", "Long")]
[OnlyReal(Because.ItNeedsSeveralServers)]
public sealed class LeaderKillTests
{
    private const string Counter = "counter";

    [Fact]
    public async Task Counter_with_compare_and_set_ends_at_the_exact_value()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, _ => new NatsServerSetup { JetStream = true }, TestContext.Current.CancellationToken);
        await using KVRig rig = await ConnectAsync(cluster, 0);
        INatsKVStore first = await rig.CreateReplicatedAsync(config => config with { History = 64 });
        await using var connection = new NatsConnection(KVRig.Quick with { Url = cluster.Nodes[1].Url });
        INatsKVStore second = await new NatsKVContext(new NatsJSContext(connection, ClusterOptions.WithPublishes(connection.Opts))).GetStoreAsync(rig.Bucket, rig.Cancel);
        await first.CreateAsync(Counter, 0, cancellationToken: rig.Cancel);
        await using INatsKVWatch<int> watch = await second.StartWatchAsync<int>([Counter], cancellationToken: rig.Cancel);
        var watched = new ConcurrentQueue<int>();
        Task watching = WatchAsync(watch, watched);
        using var stop = new CancellationTokenSource();
        Incrementer[] incrementers = [new(first), new(second)];
        var running = Task.WhenAll(incrementers.Select(one => one.RunAsync(stop.Token, rig.Cancel)));

        await InjectAsync(rig, cluster, () => incrementers.Sum(one => one.Count));
        await stop.CancelAsync();
        await running;
        int made = incrementers.Sum(one => one.Count);
        int value = (await first.GetEntryAsync<int>(Counter, cancellationToken: rig.Cancel)).Value;
        await UntilAsync(rig, () => watched.LastOrDefault() == value); // the value that is read is the one that is watched
        await watch.StopAsync(rig.Cancel);
        await watching;

        // Unknown remains what the other client has overwritten more often than the bucket keeps, before the server answered.
        Assert.InRange(value, made, made + incrementers.Sum(one => one.Unknown));
        Assert.Equal(watched.Distinct().Order(), watched); // it never goes back; what is overwritten while it is disconnected is not delivered
        Assert.All(incrementers, one => Assert.True(one.Count > 10, $"{one.Count} increments"));
    }

    [Fact]
    public async Task Puts_and_updates_of_several_keys_are_stored_once_and_a_watch_misses_nothing()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, _ => new NatsServerSetup { JetStream = true }, TestContext.Current.CancellationToken);
        await using KVRig rig = await ConnectAsync(cluster, 0);
        INatsKVStore store = await rig.CreateReplicatedAsync(config => config with { History = 64, AllowAtomic = true });
        await using INatsKVWatch<int> watch = await store.StartWatchAsync<int>(["put.*"], cancellationToken: rig.Cancel);
        var watched = new ConcurrentQueue<int>();
        Task watching = WatchAsync(watch, watched);
        using var stop = new CancellationTokenSource();
        int puts = 0, updates = 0;
        async Task PutAsync(int i)
        {
            await store.PutAsync($"put.{i}", i, cancellationToken: rig.Cancel);
            Interlocked.Increment(ref puts);
        }

        async Task UpdateAsync(int i)
        {
            IReadOnlyList<ulong> revisions = await store.UpdateManyAsync([NatsKVChange.Create($"one.{i}", i), NatsKVChange.Create($"two.{i}", i)], cancellationToken: rig.Cancel);
            Assert.Equal(revisions[0] + 1, revisions[1]);
            Interlocked.Increment(ref updates);
        }

        var running = Task.WhenAll(RepeatAsync(PutAsync, stop.Token, rig.Cancel), RepeatAsync(UpdateAsync, stop.Token, rig.Cancel));
        await InjectAsync(rig, cluster, () => Math.Min(Volatile.Read(ref puts), Volatile.Read(ref updates)));
        await stop.CancelAsync();
        await running; // none failed
        await UntilAsync(rig, () => watched.Count >= puts);
        await watch.StopAsync(rig.Cancel);
        await watching;
        Assert.Equal(Enumerable.Range(0, puts), watched);
        Assert.Equal(0, watch.Counts.Resets);
        List<NatsKVEntry<int>> entries = await store.HistoryAsync<int>(">", cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);

        Assert.Equal(puts + (2 * updates), entries.Count);
        foreach ((string name, int count) in ((string, int)[])[("put", puts), ("one", updates), ("two", updates)])
        {
            Assert.Equal(
                Enumerable.Range(0, count), entries.Where(entry => entry.Key.StartsWith(name, StringComparison.Ordinal)).Select(entry => int.Parse(entry.Key[4..], CultureInfo.InvariantCulture)));
        }
    }

    private static Task<KVRig> ConnectAsync(NatsCluster cluster, int node) => KVRig.ConnectAsync(cluster.Nodes[node], ClusterOptions.WithPublishes, KVRig.Quick, limit: TimeSpan.FromMinutes(3));

    private static async Task InjectAsync(KVRig rig, NatsCluster cluster, Func<int> progress)
    {
        await ProgressAsync(rig, progress);
        await rig.Connection.RequestAsync<string, string>($"$JS.API.STREAM.LEADER.STEPDOWN.{rig.Stream}", "", cancellationToken: rig.Cancel);
        await ProgressAsync(rig, progress);
        for (int i = 0; i < 2; i++)
        {
            NatsServerProcess killed = await cluster.LeaderAsync(rig.JetStream, rig.Stream, rig.Cancel);
            await killed.KillAsync(rig.Cancel);
            await ProgressAsync(rig, progress);
            await killed.StartServerAsync(rig.Cancel);
            await cluster.WaitUntilFormedAsync(rig.Cancel);
            await ProgressAsync(rig, progress);
        }
    }

    private static Task ProgressAsync(KVRig rig, Func<int> progress)
    {
        int until = progress() + 30;
        return UntilAsync(rig, () => progress() >= until);
    }

    private static async Task UntilAsync(KVRig rig, Func<bool> condition)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (!condition())
        {
            await look.WaitForNextTickAsync(rig.Cancel);
        }
    }

    private static async Task RepeatAsync(Func<int, Task> action, CancellationToken stop, CancellationToken limit)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        for (int i = 0; !stop.IsCancellationRequested && await beat.WaitForNextTickAsync(limit); i++)
        {
            await action(i);
        }
    }

    private static async Task WatchAsync(INatsKVWatch<int> watch, ConcurrentQueue<int> watched)
    {
        await foreach (NatsKVEntry<int> entry in watch.Entries)
        {
            watched.Enqueue(entry.Value);
        }
    }

    /// <summary>Increments the counter of a bucket. Another one may increment it at the same time.</summary>
    private sealed class Incrementer(INatsKVStore store)
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        /// <summary>The number of increments of which it is not known whether they were stored.</summary>
        public int Unknown { get; private set; }

        public Task RunAsync(CancellationToken stop, CancellationToken limit) => RepeatAsync(_ => IncrementAsync(limit), stop, limit);

        private async Task IncrementAsync(CancellationToken limit)
        {
            NatsResult<NatsKVEntry<int>> entry = await store.TryGetEntryAsync<int>(Counter, cancellationToken: limit);
            if (!entry.Success)
            {
                return; // no leader
            }

            NatsResult<ulong> result = await store.TryUpdateAsync(Counter, entry.Value.Value + 1, entry.Value.Revision, cancellationToken: limit);
            if (result.Success)
            {
                Interlocked.Increment(ref _count);
            }
            else if ((result.Error as INatsDelivery)?.Outcome == NatsOutcome.Unknown)
            {
                Unknown++;
            }
        }
    }
}
