using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Entries;

/// <summary>Reads and writes of entries with real servers, the newest and the oldest.</summary>
[BothServers]
public sealed class EntryTests(JetStreamServers servers)
{
    [Theory]
    [InlineData(false, true)]
    [OldServerData(true, true)]
    public async Task Entry_is_written_read_updated_and_deleted(bool isOld, bool allowDirect) => await LifeOfAnEntryAsync(isOld, allowDirect);

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Bucket_without_direct_get_reads_the_same(bool isOld) => await LifeOfAnEntryAsync(isOld, allowDirect: false);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Revision_of_another_key_is_not_found(bool allowDirect)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync(config => config with { History = 5, AllowDirect = allowDirect });
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        ulong other = await store.PutAsync("b", 2, cancellationToken: rig.Cancel);
        await store.PutAsync("a", 3, cancellationToken: rig.Cancel);

        await Assert.ThrowsAsync<NatsKVKeyNotFoundException>(async () => await store.GetEntryAsync<int>("a", other, cancellationToken: rig.Cancel));
        Assert.Equal(1, (await store.GetEntryAsync<int>("a", 1, cancellationToken: rig.Cancel)).Value);
        await Assert.ThrowsAsync<NatsKVKeyNotFoundException>(async () => await store.GetEntryAsync<int>("a", 9, cancellationToken: rig.Cancel));
    }

    [Fact]
    public async Task Create_after_delete_reads_the_leader()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync(config => config with { History = 5 });
        await using INatsSub<byte[]> calls = await rig.Connection.SubscribeCoreAsync<byte[]>($"$JS.API.*.*.{rig.Stream}.>", cancellationToken: rig.Cancel); // direct gets
        await using INatsSub<byte[]> leader = await rig.Connection.SubscribeCoreAsync<byte[]>($"$JS.API.STREAM.MSG.GET.{rig.Stream}", cancellationToken: rig.Cancel);
        await store.CreateAsync("a", 1, cancellationToken: rig.Cancel);
        await store.DeleteAsync("a", cancellationToken: rig.Cancel);
        Assert.Equal(3UL, await store.CreateAsync("a", 2, cancellationToken: rig.Cancel));
        await store.PurgeAsync("a", cancellationToken: rig.Cancel);
        Assert.Equal(5UL, await store.CreateAsync("a", 3, cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<NatsKVCreateException>(async () => await store.CreateAsync("a", 4, cancellationToken: rig.Cancel));
        await rig.Connection.PingAsync(rig.Cancel);

        Assert.Equal(3, leader.Msgs.Count);
        Assert.Equal(0, calls.Msgs.Count);
        Assert.Equal(3, (await store.GetEntryAsync<int>("a", cancellationToken: rig.Cancel)).Value);
    }

    [Fact]
    public async Task Update_with_another_revision_is_rejected_with_the_last_one_as_a_hint()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        ulong first = await store.CreateAsync("a", 1, cancellationToken: rig.Cancel);
        ulong second = await store.UpdateAsync("a", 2, first, cancellationToken: rig.Cancel);
        NatsKVWrongLastRevisionException e = await Assert.ThrowsAsync<NatsKVWrongLastRevisionException>(async () =>
            await store.UpdateAsync("a", 3, first, cancellationToken: rig.Cancel));
        NatsResult deletion = await store.TryDeleteAsync("a", new NatsKVDeleteOpts { Revision = first }, rig.Cancel);

        Assert.Equal((second, NatsOutcome.Rejected), (e.LastRevision, e.Outcome));
        Assert.IsType<NatsKVWrongLastRevisionException>(deletion.Error);
        Assert.Equal(2, (await store.GetEntryAsync<int>("a", cancellationToken: rig.Cancel)).Value);
        Assert.True((await store.TryDeleteAsync("a", new NatsKVDeleteOpts { Revision = second, Purge = true }, rig.Cancel)).Success);
        Assert.IsType<NatsKVKeyDeletedException>((await store.TryGetEntryAsync<int>("a", cancellationToken: rig.Cancel)).Error);
    }

    [Fact]
    public async Task Entry_with_a_time_to_live_expires_and_leaves_a_marker()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync(config => config with { LimitMarkerTTL = TimeSpan.FromSeconds(1) });
        await using IAsyncEnumerator<NatsKVEntry<int>> watch = store.WatchAsync<int>("a", cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        await store.CreateAsync("a", 1, TimeSpan.FromSeconds(1), cancellationToken: rig.Cancel);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal((1, NatsKVOperation.Put), (watch.Current.Value, watch.Current.Operation));
        Assert.True(await watch.MoveNextAsync());

        Assert.Equal((0, NatsKVOperation.Purge, 2UL), (watch.Current.Value, watch.Current.Operation, watch.Current.Revision));
        Assert.Equal(3UL, await store.CreateAsync("a", 2, cancellationToken: rig.Cancel)); // on the marker
        Assert.Equal(4UL, await store.UpdateAsync("a", 3, 3, TimeSpan.FromMinutes(1), cancellationToken: rig.Cancel));
        await store.PurgeAsync("a", TimeSpan.FromMinutes(1), cancellationToken: rig.Cancel);
        Assert.True((await store.TryGetEntryAsync<int>("a", cancellationToken: rig.Cancel)).Error is NatsKVKeyDeletedException { Revision: 5 });
    }

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Time_to_live_is_refused_by_a_bucket_without_it(bool isOld)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await ServerAsync(isOld));
        INatsKVStore store = await rig.CreateAsync();
        await Assert.ThrowsAsync<NatsKVException>(async () => await store.CreateAsync("a", 1, TimeSpan.FromSeconds(5), cancellationToken: rig.Cancel));
        NatsResult purge = await store.TryPurgeAsync("a", TimeSpan.FromSeconds(5), cancellationToken: rig.Cancel);

        Assert.IsType<NatsKVException>(purge.Error);
        Assert.Equal(0, (await store.GetStatusAsync(rig.Cancel)).Values);
    }

    [Fact]
    public async Task Value_that_cannot_be_read_is_the_error_of_its_entry()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore direct = await rig.CreateAsync();
        await direct.PutAsync("a", "text", cancellationToken: rig.Cancel);
        INatsKVStore leader = await rig.Context.UpdateStoreAsync(rig.Config() with { AllowDirect = false }, rig.Cancel);
        foreach (INatsKVStore store in (INatsKVStore[])[direct, leader])
        {
            NatsKVEntry<int> entry = await store.GetEntryAsync<int>("a", cancellationToken: rig.Cancel);
            Assert.Equal(("a", 1UL, 0), (entry.Key, entry.Revision, entry.Value));
            Assert.IsType<NatsDeserializeException>(entry.Error);
            Assert.Throws<NatsDeserializeException>(entry.EnsureSuccess);
        }
    }

    [Fact]
    public async Task Many_entries_are_written_and_read_in_order()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync(config => config with { History = 3, MaxValueSize = 100 });
        KeyValuePair<string, string>[] entries = [.. Enumerable.Range(0, 500).Select(i => KeyValuePair.Create($"k.{i % 400}", $"{i}")), new("large", new string('x', 200))];
        IReadOnlyList<NatsKVPutResult> results = await store.PutManyAsync(entries, cancellationToken: rig.Cancel);

        Assert.Equal(500, results.Count(result => result.Success));
        Assert.Equal(("large", 10054), (results[^1].Key, (results[^1].Error as NatsJSApiException)?.Error.ErrCode));
        Assert.Equal((await store.GetEntryAsync<string>("k.7", cancellationToken: rig.Cancel)).Revision, results[407].Revision);
        List<NatsKVEntry<string>> read = await store.GetManyAsync<string>([.. Enumerable.Range(0, 400).Select(i => $"k.{i}"), "none"], cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);
        Assert.Equal(Enumerable.Range(0, 400).Select(i => $"{(i < 100 ? i + 400 : i)}"), read.Select(entry => entry.Value));
    }

    [Fact]
    public async Task Keys_and_filters_that_are_not_valid_throw_before_anything_is_sent()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await rig.Connection.PingAsync(rig.Cancel); // what was sent before is counted
        long sent = rig.Connection.Stats.SentMessages;
        foreach (string key in (string[])["", ".a", "a.", "a..b", "a b", "a*", ">", "ä", "_kv.a", "a\r\nb"])
        {
            await Assert.ThrowsAsync<NatsKVException>(async () => await store.PutAsync(key, 1, cancellationToken: rig.Cancel));
            await Assert.ThrowsAsync<NatsKVException>(async () => await store.GetEntryAsync<int>(key, cancellationToken: rig.Cancel));
            Assert.IsType<NatsKVException>((await store.TryDeleteAsync(key, cancellationToken: rig.Cancel)).Error);
            await Assert.ThrowsAsync<NatsKVException>(async () => await store.PutManyAsync([KeyValuePair.Create("fine", 1), KeyValuePair.Create(key, 1)], cancellationToken: rig.Cancel));
            Assert.Throws<NatsKVException>(() => store.GetManyAsync<int>([key], cancellationToken: rig.Cancel));
        }

        foreach (string filter in (string[])["", "a.>.b", "a..b", "a*", " "])
        {
            Assert.Throws<NatsKVException>(() => store.WatchAsync<int>(filter, cancellationToken: rig.Cancel));
            Assert.Throws<NatsKVException>(() => store.GetKeysAsync([filter], cancellationToken: rig.Cancel));
        }

        Assert.Throws<ArgumentException>(() => store.WatchAsync<int>([], cancellationToken: rig.Cancel));
        Assert.Throws<ArgumentException>(() => store.WatchAsync<int>(opts: new NatsKVWatchOpts { UpdatesOnly = true, IncludeHistory = true }, cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.UpdateAsync("a", 1, 0, TimeSpan.FromMilliseconds(10), cancellationToken: rig.Cancel));
        Assert.Equal(sent, rig.Connection.Stats.SentMessages);
        Assert.True(NatsKVStore.IsValidKey("a-b/c_d=e.F1").Success);
    }

    private Task<ITestServer> ServerAsync(bool isOld) => isOld ? servers.Oldest : servers.Newest;

    private async Task LifeOfAnEntryAsync(bool isOld, bool allowDirect)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await ServerAsync(isOld));
        INatsKVStore store = await rig.CreateAsync(config => config with { History = 10, AllowDirect = allowDirect });
        DateTimeOffset before = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        Assert.Equal(1UL, await store.PutAsync("a.b", "one", cancellationToken: rig.Cancel));
        NatsKVEntry<string> entry = await store.GetEntryAsync<string>("a.b", cancellationToken: rig.Cancel);
        Assert.Equal((rig.Bucket, "a.b", "one", 1UL, NatsKVOperation.Put), (entry.Bucket, entry.Key, entry.Value, entry.Revision, entry.Operation));
        Assert.InRange(entry.Created, before, before.AddMinutes(2));
        Assert.Equal(2UL, await store.UpdateAsync("a.b", "two", 1, cancellationToken: rig.Cancel));
        Assert.Equal("one", (await store.GetEntryAsync<string>("a.b", 1, cancellationToken: rig.Cancel)).Value);
        await store.DeleteAsync("a.b", cancellationToken: rig.Cancel);
        NatsKVKeyDeletedException deleted = await Assert.ThrowsAsync<NatsKVKeyDeletedException>(async () => await store.GetEntryAsync<string>("a.b", cancellationToken: rig.Cancel));
        Assert.Equal(3UL, deleted.Revision);
        await Assert.ThrowsAsync<NatsKVKeyDeletedException>(async () => await store.GetEntryAsync<string>("a.b", 3, cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<NatsKVKeyNotFoundException>(async () => await store.GetEntryAsync<string>("none", cancellationToken: rig.Cancel));
        Assert.Same(NatsKVKeyNotFoundException.Default, (await store.TryGetEntryAsync<string>("none", cancellationToken: rig.Cancel)).Error);
        Assert.Equal(4UL, await store.CreateAsync("a.b", "three", cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<NatsKVCreateException>(async () => await store.CreateAsync("a.b", "four", cancellationToken: rig.Cancel));
        List<NatsKVEntry<string>> history = await store.HistoryAsync<string>("a.b", cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);
        Assert.Equal(["one", "two", null, "three"], history.Select(one => one.Value));
        Assert.Equal([3UL, 2UL, 1UL, 0UL], history.Select(one => one.Delta));
        await store.PurgeAsync("a.b", cancellationToken: rig.Cancel);
        history = await store.HistoryAsync<string>("a.b", cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);
        Assert.Equal([(5UL, NatsKVOperation.Purge)], history.Select(one => (one.Revision, one.Operation)));
    }
}
