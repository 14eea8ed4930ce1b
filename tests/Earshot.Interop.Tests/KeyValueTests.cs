using System.Text;
using System.Text.Json.Nodes;
using Earshot.Interop.Tests.Kit;
using Earshot.KeyValueStore;
using Earshot.Testing;
using Xunit;

namespace Earshot.Interop.Tests;

/// <summary>Buckets that Earshot and the other client write and read.</summary>
[BothServers]
[Trait("Duration", "Long")]
public sealed class KeyValueTests(InteropServer server)
{
    [Fact]
    public async Task Bucket_and_entries_of_the_other_client_are_read()
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        var options = new JsonObject
        {
            ["history"] = 3,
            ["description"] = "theirs",
            ["ttl"] = 90_000,
            ["markerTTL"] = 2000,
            ["maxValueSize"] = 500,
            ["max_bytes"] = 100_000,
            ["storage"] = "memory",
            ["metadata"] = new JsonObject { ["a"] = "b" },
        };
        await rig.Peer.AskAsync("kvCreateBucket", rig.Name, options);
        INatsKVStore store = await rig.KeyValue.GetStoreAsync(rig.Name, rig.Cancel);
        NatsKVStatus status = await store.GetStatusAsync(rig.Cancel);
        Assert.Equal((3L, TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(2), "theirs"), (status.History, status.MaxAge, status.LimitMarkerTTL, status.Info.Config.Description));
        Assert.Equal((500, 100_000L, "b"), (status.Info.Config.MaxMsgSize, status.Info.Config.MaxBytes, status.Info.Config.Metadata!["a"]));
        Assert.Contains(rig.Name, await rig.KeyValue.GetBucketNamesAsync(rig.Cancel).ToListAsync(rig.Cancel));

        await rig.Peer.AskAsync("kvPut", rig.Name, "a.b", Base64("one"));
        await rig.Peer.AskAsync("kvUpdate", rig.Name, "a.b", Base64("two"), 1);
        NatsKVEntry<string> entry = await store.GetEntryAsync<string>("a.b", cancellationToken: rig.Cancel);
        Assert.Equal(("two", 2UL), (entry.Value, entry.Revision));
        Assert.Equal("one", (await store.GetEntryAsync<string>("a.b", 1, cancellationToken: rig.Cancel)).Value);
        await rig.Peer.AskAsync("kvDelete", rig.Name, "a.b");
        Assert.True((await store.TryGetEntryAsync<string>("a.b", cancellationToken: rig.Cancel)).Error is NatsKVKeyDeletedException { Revision: 3 });
        Assert.Equal(
            ["Put two", "Del "], // three entries are kept; the first one is still there
            (await store.HistoryAsync<string>("a.b", cancellationToken: rig.Cancel).Select(one => $"{one.Operation} {one.Value}").ToListAsync(rig.Cancel)).TakeLast(2));
        Assert.Equal(4UL, await store.CreateAsync("a.b", "three", cancellationToken: rig.Cancel)); // on their deletion
        await rig.Peer.AskAsync("kvPurge", rig.Name, "a.b");
        Assert.Equal([NatsKVOperation.Purge], await store.HistoryAsync<string>("a.b", cancellationToken: rig.Cancel).Select(one => one.Operation).ToListAsync(rig.Cancel));
        Assert.Empty(await store.GetKeysAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
    }

    [Fact]
    public async Task Bucket_and_entries_of_Earshot_are_read_by_the_other_client()
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        var config = new NatsKVConfig(rig.Name)
        {
            History = 3,
            Description = "ours",
            MaxAge = TimeSpan.FromSeconds(90),
            LimitMarkerTTL = TimeSpan.FromSeconds(2),
            MaxValueSize = 500,
            MaxBytes = 100_000,
            Compression = true,
            Metadata = new Dictionary<string, string> { ["a"] = "b" },
            AllowAtomic = true,
        };
        INatsKVStore store = await rig.KeyValue.CreateStoreAsync(config, rig.Cancel);
        JsonNode status = (await rig.Peer.AskAsync("kvStatus", rig.Name))!;
        Assert.Equal((rig.Name, 3, "ours", 90_000, 2000), ((string?)status["bucket"], (int?)status["history"], (string?)status["description"], (int?)status["ttl"], (int?)status["markerTTL"]));
        Assert.Equal((500, 100_000, true, "b"), ((int?)status["maxValueSize"], (int?)status["maxBytes"], (bool?)status["compression"], (string?)status["metadata"]!["a"]));
        Assert.Contains((await rig.Peer.AskAsync("kvBuckets"))!.AsArray(), name => (string?)name == rig.Name);

        await store.PutAsync("a.b", "one", cancellationToken: rig.Cancel);
        await store.UpdateManyAsync([NatsKVChange.Update("a.b", "two", 1), NatsKVChange.Create("a.c", "x")], cancellationToken: rig.Cancel);
        Assert.Equal(("a.b", "two", 2, "PUT"), EntryOf(await rig.Peer.AskAsync("kvGet", rig.Name, "a.b", null)));
        Assert.Equal(("a.b", "one", 1, "PUT"), EntryOf(await rig.Peer.AskAsync("kvGet", rig.Name, "a.b", 1)));
        Assert.Equal(["a.b", "a.c"], (await rig.Peer.AskAsync("kvKeys", rig.Name, "a.*"))!.AsArray().Select(key => (string)key!));
        await store.DeleteAsync("a.b", cancellationToken: rig.Cancel);
        Assert.Equal(("a.b", "", 4, "DEL"), EntryOf(await rig.Peer.AskAsync("kvGet", rig.Name, "a.b", null)));
        Assert.Equal(["PUT one", "PUT two", "DEL "], (await rig.Peer.AskAsync("kvHistory", rig.Name, "a.b"))!.AsArray().Select(entry => $"{EntryOf(entry).Operation} {EntryOf(entry).Value}"));
        Assert.Equal(5, (int?)await rig.Peer.AskAsync("kvCreate", rig.Name, "a.b", Base64("three"), null)); // on our deletion
        NatsKVWrongLastRevisionException lost = await Assert.ThrowsAsync<NatsKVWrongLastRevisionException>(async () => await store.UpdateAsync("a.b", "four", 2, cancellationToken: rig.Cancel));
        Assert.Equal(5UL, lost.LastRevision);
        NodePeerException theirs = await Assert.ThrowsAsync<NodePeerException>(() => rig.Peer.AskAsync("kvUpdate", rig.Name, "a.b", Base64("four"), 2));
        Assert.Contains("wrong last sequence: 5", theirs.Message, StringComparison.Ordinal);
        await store.PurgeAsync("a.b", cancellationToken: rig.Cancel);
        Assert.Equal(["PURGE"], (await rig.Peer.AskAsync("kvHistory", rig.Name, "a.b"))!.AsArray().Select(entry => EntryOf(entry).Operation));
    }

    [Fact]
    public async Task Watches_of_both_clients_deliver_what_the_other_one_writes()
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        INatsKVStore store = await rig.KeyValue.CreateStoreAsync(new NatsKVConfig(rig.Name) { Storage = NatsKVStorageType.Memory, History = 5 }, rig.Cancel);
        await store.PutAsync("a.1", "first", cancellationToken: rig.Cancel);
        await rig.Peer.AskAsync("kvWatch", rig.Name, "a.*");
        await using INatsKVWatch<string> watch = await store.StartWatchAsync<string>(["a.*"], cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<NatsKVEntry<string>> ours = watch.Entries.GetAsyncEnumerator(rig.Cancel);
        await rig.Peer.AskAsync("kvPut", rig.Name, "a.2", Base64("theirs"));
        await rig.Peer.AskAsync("kvPut", rig.Name, "b", Base64("not for the watch"));
        await store.PutAsync("a.3", "ours", cancellationToken: rig.Cancel);
        await rig.Peer.AskAsync("kvDelete", rig.Name, "a.1");
        await store.PurgeAsync("a.2", cancellationToken: rig.Cancel);

        List<string> read = [];
        while (read.Count < 5 && await ours.MoveNextAsync())
        {
            read.Add($"{ours.Current.Operation} {ours.Current.Key} {ours.Current.Value} {ours.Current.Revision}".ToUpperInvariant());
        }

        Assert.Equal(["PUT A.1 FIRST 1", "PUT A.2 THEIRS 2", "PUT A.3 OURS 4", "DEL A.1  5", "PURGE A.2  6"], read);
        JsonArray theirs = (await rig.Peer.AskAsync("kvWatched", rig.Name, "a.*", 5))!.AsArray();
        Assert.Equal(read, theirs.Select(EntryOf).Select(entry => $"{entry.Operation} {entry.Key} {entry.Value} {entry.Revision}".ToUpperInvariant()));
    }

    [Fact]
    public async Task Time_to_live_of_one_client_expires_for_the_other_one()
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        INatsKVStore store = await rig.KeyValue.CreateStoreAsync(
            new NatsKVConfig(rig.Name) { Storage = NatsKVStorageType.Memory, History = 5, LimitMarkerTTL = TimeSpan.FromSeconds(1) }, rig.Cancel);
        await rig.Peer.AskAsync("kvWatch", rig.Name, ">");
        await using IAsyncEnumerator<NatsKVEntry<string>> ours = store.WatchAsync<string>("theirs", cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        await rig.Peer.AskAsync("kvCreate", rig.Name, "theirs", Base64("x"), "1s");
        await store.CreateAsync("ours", "y", TimeSpan.FromSeconds(1), cancellationToken: rig.Cancel);
        Assert.True(await ours.MoveNextAsync() && ours.Current.Operation == NatsKVOperation.Put);
        Assert.True(await ours.MoveNextAsync());
        Assert.Equal(NatsKVOperation.Purge, ours.Current.Operation); // the marker of its end
        JsonArray theirs = (await rig.Peer.AskAsync("kvWatched", rig.Name, ">", 4))!.AsArray();

        Assert.Equal(["ours PURGE", "ours PUT", "theirs PURGE", "theirs PUT"], theirs.Select(EntryOf).Select(entry => $"{entry.Key} {entry.Operation}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Base64_keys_have_the_same_form()
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        INatsKVStore store = (await rig.KeyValue.CreateStoreAsync(new NatsKVConfig(rig.Name) { Storage = NatsKVStorageType.Memory }, rig.Cancel)).WithBase64Keys();
        await store.PutAsync("straße.1", "x", cancellationToken: rig.Cancel);
        string stored = (string)(await rig.Peer.AskAsync("kvKeys", rig.Name, null))!.AsArray().Single()!;
        Assert.Equal("c3RyYcOfZQ.MQ", stored);
        await rig.Peer.AskAsync("kvPut", rig.Name, stored, Base64("y"));
        Assert.Equal("y", (await store.GetEntryAsync<string>("straße.1", cancellationToken: rig.Cancel)).Value);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static (string Key, string Value, int Revision, string Operation) EntryOf(JsonNode? entry) =>
        ((string)entry!["key"]!, Encoding.UTF8.GetString(Convert.FromBase64String((string)entry["value"]!)), (int)entry["revision"]!, (string)entry["operation"]!);
}
