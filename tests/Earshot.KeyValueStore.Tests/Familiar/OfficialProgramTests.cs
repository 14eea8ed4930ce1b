using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Familiar;

/// <summary>
/// Programs in the shape in which users of the official client write them (named arguments, no tokens): they compile with other
/// <c>using</c> lines and do the same.
/// </summary>
[BothServers]
public sealed class OfficialProgramTests(JetStreamServers servers)
{
    [Fact]
    public async Task Store_is_created_watched_and_deleted()
    {
        ITestServer server = await servers.Newest;
        string bucket = $"T{Nuid.NewNuid()}";
        await using var nc = new NatsClient(url: server.Url);
        INatsKVContext kv = nc.CreateKeyValueStoreContext();
        INatsKVStore store = await kv.CreateStoreAsync(bucket);
        await store.PutAsync("order-1", new Order(Id: 1));
        NatsKVEntry<Order> entry = await store.GetEntryAsync<Order>("order-1");
        Assert.Equal((1, 1UL, bucket), (entry.Value!.Id, entry.Revision, entry.Bucket));

        using var cts = new CancellationTokenSource();
        var seen = new List<string>();
        await foreach (NatsKVEntry<Order> change in store.WatchAsync<Order>(cancellationToken: cts.Token))
        {
            change.EnsureSuccess();
            seen.Add($"[RCV] {change.Key}: {change.Value} ({change.Operation})");
            break;
        }

        Assert.Equal("[RCV] order-1: Order { Id = 1 } (Put)", Assert.Single(seen));
        await store.DeleteAsync("order-1");
        NatsResult<NatsKVEntry<Order>> result = await store.TryGetEntryAsync<Order>(key: "order-1", revision: default, serializer: null);
        Assert.True(result is { Success: false, Error: NatsKVKeyDeletedException { Revision: 2 } });
        NatsKVStatus status = await store.GetStatusAsync();
        Assert.Equal((bucket, $"KV_{bucket}"), (status.Bucket, status.Info.Config.Name));
        Assert.True(await kv.DeleteStoreAsync(bucket));
    }

    [Fact]
    public async Task Contexts_are_made_in_every_way()
    {
        ITestServer server = await servers.Newest;
        string bucket = $"T{Nuid.NewNuid()}";
        await using var nats = new NatsConnection(new NatsOpts { Url = server.Url });
        var js = new NatsJSContext(nats);
        INatsKVContext[] contexts =
        [
            new NatsKVContext(js), new NatsKVContext(js, new NatsKVOpts()), nats.CreateKeyValueStoreContext(), js.CreateKeyValueStoreContext(),
            nats.CreateKeyValueStoreContext(NatsKVOpts.Default), js.CreateKeyValueStoreContext(opts: NatsKVOpts.Default), new NatsKVContextFactory().CreateContext(js),
        ];
        var config = new NatsKVConfig(bucket) { History = 5, Storage = NatsKVStorageType.Memory, MaxAge = TimeSpan.FromHours(1) };
        INatsKVStore store = await contexts[0].CreateStoreAsync(config);
        ulong revision = await store.CreateAsync("k", value: 1);
        foreach (INatsKVContext context in contexts)
        {
            store = await context.GetStoreAsync(bucket);
            revision = await store.UpdateAsync("k", 2, revision);
        }

        Assert.Equal((ulong)contexts.Length + 1, revision);
        await store.PurgeAsync("k", new NatsKVDeleteOpts { Revision = revision });
        await store.PurgeDeletesAsync(opts: new NatsKVPurgeOpts { DeleteMarkersThreshold = TimeSpan.Zero });
        var keys = new List<string>();
        await foreach (string key in store.GetKeysAsync())
        {
            keys.Add(key);
        }

        Assert.Empty(keys);
    }

    private sealed record Order(int Id);
}
