using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Watching;

/// <summary>Watches with a real server: what they deliver, their end of the first entries, and what they leave behind.</summary>
[BothServers]
public sealed class WatchTests(JetStreamServers servers)
{
    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Last_entries_come_first_and_then_what_is_written(bool isOld)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await (isOld ? servers.Oldest : servers.Newest));
        INatsKVStore store = await rig.CreateAsync(config => config with { History = 5 });
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        await store.PutAsync("b", 2, cancellationToken: rig.Cancel);
        await store.PutAsync("a", 3, cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<NatsKVEntry<int>> watch = store.WatchAsync<int>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        Assert.Equal([("b", 2, 1UL), ("a", 3, 0UL)], (await NextAsync(watch, 2)).Select(entry => (entry.Key, entry.Value, entry.Delta)));
        await store.DeleteAsync("b", cancellationToken: rig.Cancel);

        Assert.Equal([("b", 0, NatsKVOperation.Del)], (await NextAsync(watch, 1)).Select(entry => (entry.Key, entry.Value, entry.Operation)));
    }

    [Theory]
    [InlineData("history", "a1 b2 a3 bDel")]
    [InlineData("ignore", "a3")]
    [InlineData("updates", "")]
    [InlineData("meta", "a0 bDel")]
    [InlineData("resume", "a3 bDel")]
    [InlineData("filter", "a3")]
    public async Task Options_select_what_is_delivered(string name, string expected)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync(config => config with { History = 5 });
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        await store.PutAsync("b", 2, cancellationToken: rig.Cancel);
        await store.PutAsync("a", 3, cancellationToken: rig.Cancel);
        await store.DeleteAsync("b", cancellationToken: rig.Cancel);
        NatsKVWatchOpts opts = name switch
        {
            "history" => new NatsKVWatchOpts { IncludeHistory = true },
            "ignore" => new NatsKVWatchOpts { IgnoreDeletes = true },
            "updates" => new NatsKVWatchOpts { UpdatesOnly = true },
            "meta" => new NatsKVWatchOpts { MetaOnly = true },
            "resume" => new NatsKVWatchOpts { ResumeAtRevision = 3 },
            _ => new NatsKVWatchOpts(),
        };
        List<string> read = [];
        await foreach (NatsKVEntry<int> entry in store.WatchAsync<int>(name == "filter" ? "a" : ">", opts: opts with { OnNoData = _ => ValueTask.FromResult(true) }, cancellationToken: rig.Cancel))
        {
            entry.EnsureSuccess();
            read.Add($"{entry.Key}{(entry.Operation == NatsKVOperation.Put ? $"{entry.Value}" : $"{entry.Operation}")}");
        }

        Assert.Equal(expected, string.Join(' ', read));
        await rig.ConsumersAsync(0);
    }

    [Theory]
    [InlineData("history")]
    [InlineData("watch")]
    [InlineData("view")]
    public async Task Second_enumeration_starts_again_and_ends(string name)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync(config => config with { History = 5 });
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        await store.PutAsync("a", 2, cancellationToken: rig.Cancel);
        var opts = new NatsKVWatchOpts { IncludeHistory = true, OnNoData = _ => ValueTask.FromResult(true) };
        IAsyncEnumerable<NatsKVEntry<int>> entries = name switch
        {
            "history" => store.HistoryAsync<int>("a", cancellationToken: rig.Cancel),
            "watch" => store.WatchAsync<int>("a", opts: opts, cancellationToken: rig.Cancel),
            _ => store.WithPathKeys().HistoryAsync<int>("a", cancellationToken: rig.Cancel),
        };
        Assert.Equal([1, 2], await entries.Select(entry => entry.Value).ToListAsync(rig.Cancel));
        Assert.Equal([1, 2], await entries.Select(entry => entry.Value).ToListAsync(rig.Cancel));
        await rig.ConsumersAsync(0);
    }

    [Fact]
    public async Task Drain_of_the_connection_ends_a_watch_without_an_exception_and_creates_no_consumer()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<NatsKVEntry<int>> watch = store.WatchAsync<int>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        Assert.True(await watch.MoveNextAsync());
        Task<bool> next = watch.MoveNextAsync().AsTask();
        await rig.Connection.DrainAsync(rig.Cancel);

        Assert.False(await next);
    }

    [Fact]
    public async Task Watch_of_only_deletes_signals_the_end()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        await store.DeleteAsync("a", cancellationToken: rig.Cancel);
        int signals = 0;
        var opts = new NatsKVWatchOpts
        {
            IgnoreDeletes = true,
            OnNoData = async _ =>
            {
                signals++;
                await store.PutAsync("b", 2, cancellationToken: rig.Cancel);
                return false;
            },
        };
        List<NatsKVEntry<int>> read = await rig.TakeAsync(store.WatchAsync<int>(opts: opts, cancellationToken: rig.Cancel), 1);

        Assert.Equal(("b", 1), (read[0].Key, signals));
        Assert.Empty(await store.GetKeysAsync(["a"], cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
    }

    [Fact]
    public async Task Entries_removed_before_their_delivery_do_not_delay_the_end_without_limit()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await store.PutManyAsync(Enumerable.Range(0, 1200).Select(i => KeyValuePair.Create($"k{i}", i)), cancellationToken: rig.Cancel);
        await using INatsKVWatch<int> watch = await store.StartWatchAsync<int>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<NatsKVWatchItem<int>> items = watch.Items.GetAsyncEnumerator(rig.Cancel);
        Assert.True(await items.MoveNextAsync()); // 1,000 were requested, the others are at the server
        await rig.JetStream.PurgeStreamAsync(rig.Stream, new StreamPurgeRequest(), rig.Cancel);
        int entries = 1;
        while (await items.MoveNextAsync() && items.Current.Event == NatsKVWatchEvent.Entry)
        {
            entries++;
        }

        Assert.Equal((NatsKVWatchEvent.Synced, true), (items.Current.Event, entries < 1200));
        await watch.Synced.WaitAsync(rig.Cancel);
    }

    [Fact]
    public async Task Keys_leave_no_consumer()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        Assert.Empty(await store.GetKeysAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel)); // an empty bucket
        await store.PutManyAsync(["x.1", "x.2", "y.1"], rig.Cancel);
        await store.DeleteAsync("x.1", cancellationToken: rig.Cancel);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(["x.2", "y.1"], await store.GetKeysAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
            Assert.Single(await rig.TakeAsync(store.GetKeysAsync(cancellationToken: rig.Cancel), 1)); // left in the middle
        }

        Assert.Equal(["x.2"], await store.GetKeysAsync(["x.*", "z.>"], cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
        Assert.Empty(await store.GetKeysAsync(["none.>"], cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
        await rig.ConsumersAsync(0);
    }

    [Fact]
    public async Task Deleted_keys_are_removed_and_young_markers_kept()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync(config => config with { History = 5 });
        await store.PutManyAsync(["a", "a", "b", "c", "c"], rig.Cancel);
        await store.DeleteAsync("a", cancellationToken: rig.Cancel);
        await store.PurgeAsync("b", cancellationToken: rig.Cancel);
        await store.PurgeDeletesAsync(new NatsKVPurgeOpts { DeleteMarkersThreshold = TimeSpan.FromHours(1) }, rig.Cancel);
        Assert.Equal(4, (await store.GetStatusAsync(rig.Cancel)).Values); // two of c, and two markers
        await store.PurgeDeletesAsync(cancellationToken: rig.Cancel);

        Assert.Equal(2, (await store.GetStatusAsync(rig.Cancel)).Values);
        Assert.Equal(["c"], await store.GetKeysAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
    }

    [Fact]
    public async Task Watch_not_polled_over_a_restart_goes_on()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using KVRig rig = await KVRig.ConnectAsync(server, opts: KVRig.Quick);
        INatsKVStore store = await rig.CreateAsync(config => config with { Storage = NatsKVStorageType.File, History = 5 });
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        await using INatsKVWatch<int> watch = await store.StartWatchAsync<int>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<NatsKVEntry<int>> entries = watch.Entries.GetAsyncEnumerator(rig.Cancel);
        await NextAsync(entries, 1);
        await server.KillAsync(rig.Cancel);
        await server.StartServerAsync(rig.Cancel);
        await store.PutAsync("a", 2, cancellationToken: rig.Cancel);
        await store.PutAsync("a", 3, cancellationToken: rig.Cancel);

        Assert.Equal([2, 3], (await NextAsync(entries, 2)).Select(entry => entry.Value));
        Assert.True(watch.Synced.IsCompletedSuccessfully);
        Assert.Equal((3L, 3UL, 0, 2), (watch.Counts.Received, watch.Counts.LastRevision, watch.Counts.Resets, watch.Counts.Consumers));
        NatsConsumerRecreatedEvent recreated = await rig.Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, rig.Cancel);
        Assert.Equal((NatsJSConsumerKind.KVWatch, 2UL), (recreated.Consumer.Kind, recreated.FromStreamSeq));
    }

    [Theory]
    [InlineData(1)] // its last revision is lower than before
    [InlineData(5)] // it is higher: only its creation time differs
    public async Task Bucket_that_lost_entries_is_a_reset_and_its_entries_follow(int writes)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest, opts: KVRig.Quick);
        INatsKVStore store = await rig.CreateAsync();
        await store.PutManyAsync(["a", "b", "c"], rig.Cancel);
        await using INatsKVWatch<int> watch = await store.StartWatchAsync<int>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<NatsKVWatchItem<int>> items = watch.Items.GetAsyncEnumerator(rig.Cancel);
        Assert.Equal("a b c Synced", await ItemsAsync(items, 4));
        await rig.Context.DeleteStoreAsync(rig.Bucket, rig.Cancel); // while nothing is read
        await rig.CreateAsync();
        await store.PutManyAsync([.. Enumerable.Repeat("b", writes)], rig.Cancel);

        Assert.Equal("Reset b Synced", await ItemsAsync(items, 3));
        await store.PutAsync("d", 8, cancellationToken: rig.Cancel);
        Assert.Equal("d", await ItemsAsync(items, 1));
        Assert.Equal(1, watch.Counts.Resets);
        NatsStreamRegressionEvent lost = await rig.Connection.Events.WhenAsync<NatsStreamRegressionEvent>(after: 0, rig.Cancel);
        Assert.Equal((rig.Stream, RegressionAction.Restarted), (lost.Stream, lost.Action));
        await watch.StopAsync(rig.Cancel);
        Assert.False(await items.MoveNextAsync());
        Assert.Equal(NatsJSConsumeState.Ended, watch.State);
        await rig.ConsumersAsync(0);
    }

    [Fact]
    public async Task Revision_that_the_bucket_does_not_have_is_a_reset_and_not_silence()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        await using INatsKVWatch<int> watch = await store.StartWatchAsync<int>(opts: new NatsKVWatchOpts { ResumeAtRevision = 50 }, cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<NatsKVWatchItem<int>> items = watch.Items.GetAsyncEnumerator(rig.Cancel);

        Assert.Equal("Reset a Synced", await ItemsAsync(items, 3));
        NatsStreamRegressionEvent lost = await rig.Connection.Events.WhenAsync<NatsStreamRegressionEvent>(after: 0, rig.Cancel);
        Assert.Equal((RegressionEvidence.KVRevision, 49UL, 1UL), (lost.Evidence, lost.Expected, lost.Found));
    }

    [Fact]
    public async Task Empty_watch_is_synced_at_its_start_and_ends_when_the_bucket_is_deleted()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await using INatsKVWatch<int> watch = await store.StartWatchAsync<int>(["a", "b.>"], cancellationToken: rig.Cancel);
        Assert.True(watch.Synced.IsCompletedSuccessfully);
        await using IAsyncEnumerator<NatsKVEntry<int>> entries = watch.Entries.GetAsyncEnumerator(rig.Cancel);
        Task<bool> next = entries.MoveNextAsync().AsTask();
        await rig.Context.DeleteStoreAsync(rig.Bucket, rig.Cancel);

        NatsJSConsumerLostException e = await Assert.ThrowsAsync<NatsJSConsumerLostException>(() => next);
        Assert.Equal((LostReason.StreamDeleted, NatsJSConsumeState.Lost), (e.Reason, watch.State));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_watch_throws_unless_its_option_says_otherwise(bool throws)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest, kvOpts: new NatsKVOpts { WatcherThrowOnCancellation = throws });
        INatsKVStore store = await rig.CreateAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        var reading = Task.Run(
            async () =>
            {
                await foreach (NatsKVEntry<int> _ in store.WatchAsync<int>(cancellationToken: cancel.Token))
                {
                    await cancel.CancelAsync();
                }
            },
            rig.Cancel);

        await (throws ? Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading) : reading);
        await rig.ConsumersAsync(0);
    }

    private static async Task<List<NatsKVEntry<T>>> NextAsync<T>(IAsyncEnumerator<NatsKVEntry<T>> watch, int count)
    {
        List<NatsKVEntry<T>> read = [];
        while (read.Count < count && await watch.MoveNextAsync())
        {
            read.Add(watch.Current);
        }

        return read;
    }

    private static async Task<string> ItemsAsync(IAsyncEnumerator<NatsKVWatchItem<int>> items, int count)
    {
        List<string> read = [];
        while (read.Count < count && await items.MoveNextAsync())
        {
            read.Add(items.Current.Event == NatsKVWatchEvent.Entry ? items.Current.Entry.Key : $"{items.Current.Event}");
        }

        return string.Join(' ', read);
    }
}
