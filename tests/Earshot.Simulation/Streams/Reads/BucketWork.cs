using Earshot.KeyValueStore;
using Earshot.Simulation.Streams.Store;

namespace Earshot.Simulation.Streams.Reads;

/// <summary>Increments a counter by compare-and-set, writes keys, and watches the bucket.</summary>
internal sealed class BucketWork(StreamContext context)
{
    private const int Keys = 4;

    private readonly Dictionary<string, ulong> _seen = [];
    private NatsKVStore? _store;
    private int _calls;
    private bool _watches;

    private BucketLedger Bucket => context.Site.Bucket;

    /// <summary>Opens the bucket and watches it until the connection ends.</summary>
    public async Task RunAsync()
    {
        while (!context.HasEnded)
        {
            await context.Check.RunAsync("bucket", context.Bound(context.Plan.RequestTimeout), async token =>
                _store = (NatsKVStore)await new NatsKVContext(context.JetStream).GetStoreAsync(StreamPlan.Bucket, token).ConfigureAwait(false)).ConfigureAwait(false);
            if (_store is { } store)
            {
                await context.Check.RunAsync("watch", null, token => WatchAsync(store, token)).ConfigureAwait(false);
                _watches = false;
            }

            await context.PauseAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the counter, and writes the next value if no one has written it since.</summary>
    public Task IncrementAsync() => WriteAsync("increment", async (store, token) =>
    {
        NatsResult<NatsKVEntry<string>> entry = await store.TryGetEntryAsync<string>(BucketLedger.Counter, cancellationToken: token).ConfigureAwait(false);
        if (!entry.Success && entry.Error is not NatsKVKeyNotFoundException)
        {
            throw entry.Error;
        }

        string value = BucketLedger.Value(BucketLedger.CountOf(entry.Success ? entry.Value.Value : null) + 1, context.Name, ++_calls);
        try
        {
            ulong revision = entry.Success
                ? await store.UpdateAsync(BucketLedger.Counter, value, entry.Value.Revision, cancellationToken: token).ConfigureAwait(false)
                : await store.CreateAsync(BucketLedger.Counter, value, cancellationToken: token).ConfigureAwait(false);
            Bucket.Incremented();
            Bucket.Wrote(context.Name, value, revision);
        }
        catch (Exception e)
        {
            if (!StoreLedger.IsNotStored(e))
            {
                Bucket.IsUnknown();
            }

            throw;
        }
    });

    /// <summary>Writes or deletes any key.</summary>
    public Task ChangeAsync()
    {
        string key = $"k{context.Chance.Below(Keys)}";
        return context.Chance.Is(0.2)
            ? WriteAsync($"delete {key}", (store, token) => store.DeleteAsync(key, cancellationToken: token).AsTask())
            : WriteAsync($"put {key}", async (store, token) =>
            {
                string value = BucketLedger.Value(0, context.Name, ++_calls);
                Bucket.Wrote(context.Name, value, await store.PutAsync(key, value, cancellationToken: token).ConfigureAwait(false));
            });
    }

    /// <summary>How many keys the watch does not have with their last revision.</summary>
    public long Remaining => _watches ? Bucket.Last.Count(last => _seen.GetValueOrDefault(last.Key) != last.Value) : 0;

    /// <summary>The faults are over: the watch has the last entry of each key.</summary>
    public void CheckReached()
    {
        foreach ((string key, ulong revision) in Bucket.Last)
        {
            if (_watches && _seen.GetValueOrDefault(key) != revision)
            {
                context.Report("watch-reaches-last", $"the watch has {key} with the revision {_seen.GetValueOrDefault(key)}, the bucket has {revision}");
            }
        }
    }

    private Task WriteAsync(string name, Func<NatsKVStore, CancellationToken, Task> write)
    {
        TimeSpan limit = (context.Plan.RequestTimeout * 2) + context.Plan.PublishTimeout; // the leader is asked when a replica does not answer
        return _store is { } store ? context.Check.RunAsync(name, context.Bound(context.Bound(limit)), token => write(store, token), context.CancelAfter(limit)) : Task.CompletedTask;
    }

    private async Task WatchAsync(NatsKVStore store, CancellationToken cancellationToken)
    {
        var before = Bucket.Last.ToDictionary();
        _seen.Clear();
        bool isSynced = false;
        INatsKVWatch<string> watch = await store.StartWatchAsync<string>(opts: new NatsKVWatchOpts { IdleHeartbeat = TimeSpan.FromSeconds(context.Chance.Of(1, 5)) }, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (watch.ConfigureAwait(false))
        {
            _watches = true;
            await foreach (NatsKVWatchItem<string> item in watch.Items.ConfigureAwait(false))
            {
                context.Log($"watch: {item.Event} {item.Entry.Key} {item.Entry.Revision}");
                switch (item.Event)
                {
                    case NatsKVWatchEvent.Entry:
                        See(item.Entry);
                        break;
                    case NatsKVWatchEvent.Synced:
                        CheckSynced(before, isSynced);
                        isSynced = true;
                        break;
                    default:
                        context.Report("watch-order", "the watch was reset although the bucket lost nothing");
                        break;
                }
            }
        }
    }

    private void See(in NatsKVEntry<string> entry)
    {
        if (entry.Revision <= _seen.GetValueOrDefault(entry.Key))
        {
            context.Report("watch-order", $"the watch delivered {entry.Key} with the revision {entry.Revision} behind {_seen[entry.Key]}");
        }

        _seen[entry.Key] = entry.Revision;
    }

    private void CheckSynced(Dictionary<string, ulong> before, bool wasSynced)
    {
        foreach ((string key, ulong revision) in before.Where(entry => _seen.GetValueOrDefault(entry.Key) < entry.Value && Bucket.Last[entry.Key] == entry.Value))
        {
            context.Report("watch-synced", $"the watch has its first entries, and {key} with the revision {revision} is not among them");
        }

        if (wasSynced)
        {
            context.Report("watch-synced", "the watch said twice that it has its first entries");
        }
    }
}
