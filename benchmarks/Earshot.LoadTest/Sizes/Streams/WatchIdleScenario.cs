using System.Diagnostics;
using System.Globalization;
using Earshot.JetStream;
using Earshot.KeyValueStore;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>Ten thousand watches of single keys on one connection, to which nothing is delivered: what they hold, and when all of them continue after a reconnect.</summary>
internal static class WatchIdleScenario
{
    private const int Watches = 10_000;
    private const int PerBucket = 500; // nats-server 2.15 allows 1,000 consumers of a stream by default
    private const double MiB = 1024 * 1024;

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        string folder = Directory.CreateTempSubdirectory("earshot-load-").FullName;
        try
        {
            using NatsServerProcess server = await NatsServerProcess.StartAsync(natsServer, "-js", "-sd", folder);
            await using var nats = new NatsConnection(new NatsOpts { Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{server.Port}") });
            var context = new NatsKVContext(new NatsJSContext(nats));
            var stores = new INatsKVStore[Watches / PerBucket];
            for (int i = 0; i < stores.Length; i++)
            {
                stores[i] = await context.CreateStoreAsync(new NatsKVConfig(string.Create(CultureInfo.InvariantCulture, $"idle{i}")) { Storage = NatsKVStorageType.Memory });
            }

            await using (INatsKVWatch<int> warmUp = await stores[0].StartWatchAsync<int>(["warm"]))
            {
                await stores[0].PutAsync("warm", 1);
                await FirstAsync(warmUp);
            }

            (long managed, long timers) = (ProcessSize.Managed(), Timer.ActiveCount);
            var watches = new INatsKVWatch<int>[Watches];
            await Parallel.ForAsync(0, Watches, async (i, cancel) => watches[i] = await stores[i / PerBucket].StartWatchAsync<int>([Key(i)], cancellationToken: cancel));
            yield return new Figure("managed, all", "MiB", (ProcessSize.Managed() - managed) / MiB, 25);
            yield return new Figure("timers more than before", "", Math.Max(0, Timer.ActiveCount - timers), 0);
            Task[] loops = [.. watches.Select(FirstAsync)];
            yield return new Figure("managed, all, with loops that wait", "MiB", (ProcessSize.Managed() - managed) / MiB);
            long started = Stopwatch.GetTimestamp();
            await nats.ReconnectAsync();
            for (int i = 0; i < stores.Length; i++)
            {
                await stores[i].PutManyAsync(Enumerable.Range(i * PerBucket, PerBucket).Select(key => KeyValuePair.Create(Key(key), key)));
            }

            await Task.WhenAll(loops);
            yield return new Figure("from a reconnect until all have received an entry", "ms", Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            GC.KeepAlive(watches);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Key(int i) => string.Create(CultureInfo.InvariantCulture, $"k.{i}");

    private static async Task FirstAsync(INatsKVWatch<int> watch)
    {
        await foreach (NatsKVEntry<int> _ in watch.Entries)
        {
            break;
        }
    }
}
