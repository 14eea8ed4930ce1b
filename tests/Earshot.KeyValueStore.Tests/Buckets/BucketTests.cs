using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Buckets;

/// <summary>Management of buckets with real servers.</summary>
[BothServers]
public sealed class BucketTests(JetStreamServers servers)
{
    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Every_setting_reaches_the_server()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync(config => config with
        {
            Description = "d",
            MaxValueSize = 1000,
            History = 7,
            MaxAge = TimeSpan.FromSeconds(90),
            MaxBytes = 100_000,
            NumberOfReplicas = 1,
            Compression = true,
            Storage = NatsKVStorageType.File,
            LimitMarkerTTL = TimeSpan.FromSeconds(3),
            Metadata = new Dictionary<string, string> { ["a"] = "b" },
            Republish = new NatsKVRepublish { Src = $"$KV.{rig.Bucket}.>", Dest = $"copy.{rig.Bucket}.>", HeadersOnly = true },
        });
        NatsKVStatus status = await store.GetStatusAsync(rig.Cancel);
        StreamConfig stream = status.Info.Config;

        Assert.Equal((rig.Bucket, true, TimeSpan.FromSeconds(3), 7L, TimeSpan.FromSeconds(90), 0L), (status.Bucket, status.IsCompressed, status.LimitMarkerTTL, status.History, status.MaxAge, status.Values));
        Assert.Equal(($"KV_{rig.Bucket}", "d", 1000, 100_000L, 1), (stream.Name, stream.Description, stream.MaxMsgSize, stream.MaxBytes, stream.NumReplicas));
        Assert.Equal([$"$KV.{rig.Bucket}.>"], stream.Subjects!);
        Assert.True(stream is { DenyDelete: true, AllowRollupHdrs: true, AllowDirect: true, AllowMsgTTL: true, DenyPurge: false });
        Assert.Equal((StreamConfigStorage.File, StreamConfigDiscard.New, TimeSpan.FromSeconds(90)), (stream.Storage, stream.Discard, stream.DuplicateWindow));
        Assert.Equal(("b", $"copy.{rig.Bucket}.>", true), (stream.Metadata!["a"], stream.Republish!.Dest, stream.Republish.HeadersOnly));
    }

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Bucket_is_created_opened_updated_listed_and_deleted(bool isOld)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await (isOld ? servers.Oldest : servers.Newest));
        await Assert.ThrowsAsync<NatsJSStreamNotFoundException>(async () => await rig.Context.GetStoreAsync(rig.Bucket, rig.Cancel));
        await Assert.ThrowsAsync<NatsJSStreamNotFoundException>(async () => await rig.Context.UpdateStoreAsync(rig.Config(), rig.Cancel));
        await rig.Context.CreateOrUpdateStoreAsync(rig.Config(), rig.Cancel);
        await rig.Context.CreateStoreAsync(rig.Config(), rig.Cancel); // the same configuration
        NatsJSApiException e = await Assert.ThrowsAsync<NatsJSApiException>(async () => await rig.Context.CreateStoreAsync(rig.Config() with { History = 2 }, rig.Cancel));
        Assert.True(e.Is(NatsJSErrorCode.StreamNameExist));
        INatsKVStore store = await rig.Context.CreateOrUpdateStoreAsync(rig.Config() with { History = 2 }, rig.Cancel);
        Assert.Equal(2, (await store.GetStatusAsync(rig.Cancel)).History);
        Assert.Contains(rig.Bucket, await rig.Context.GetBucketNamesAsync(rig.Cancel).ToListAsync(rig.Cancel));
        Assert.Contains(await rig.Context.GetStatusesAsync(rig.Cancel).ToListAsync(rig.Cancel), status => status.Bucket == rig.Bucket && status.History == 2);
        Assert.True(await rig.Context.DeleteStoreAsync(rig.Bucket, rig.Cancel));
        await Assert.ThrowsAsync<NatsJSStreamNotFoundException>(async () => await rig.Context.DeleteStoreAsync(rig.Bucket, rig.Cancel));
        if (!isOld) // an old server does not answer such a read at all
        {
            await Assert.ThrowsAsync<NatsJSStreamNotFoundException>(async () => await store.GetEntryAsync<int>("a", cancellationToken: rig.Cancel));
        }
    }

    [Fact]
    public async Task Update_preserves_what_a_bucket_does_not_define()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync(config => config with { LimitMarkerTTL = TimeSpan.FromSeconds(2) });
        StreamConfig stream = (await store.GetStatusAsync(rig.Cancel)).Info.Config;
        await rig.JetStream.UpdateStreamAsync(stream with { AllowAtomicPublish = true, MaxMsgs = 500 }, rig.Cancel);
        store = await rig.Context.UpdateStoreAsync(rig.Config() with { Description = "new" }, rig.Cancel);
        stream = (await store.GetStatusAsync(rig.Cancel)).Info.Config;

        Assert.Equal(("new", 500L, true, TimeSpan.Zero), (stream.Description, stream.MaxMsgs, stream.AllowAtomicPublish, stream.SubjectDeleteMarkerTTL));
    }

    [Fact]
    public async Task Stream_that_is_not_a_bucket_is_not_opened()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        await rig.JetStream.CreateStreamAsync(new StreamConfig(rig.Stream, [$"{rig.Bucket}.>"]) { Storage = StreamConfigStorage.Memory }, rig.Cancel);
        await Assert.ThrowsAsync<NatsKVException>(async () => await rig.Context.GetStoreAsync(rig.Bucket, rig.Cancel));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Settings_that_an_old_server_does_not_have_are_refused()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Oldest);
        NatsJSFeatureNotSupportedException markers = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.CreateAsync(config => config with { LimitMarkerTTL = TimeSpan.FromSeconds(2) }));
        Assert.Equal((1, 0), (markers.RequiredLevel, markers.ServerLevel));
        Assert.DoesNotContain(rig.Bucket, await rig.Context.GetBucketNamesAsync(rig.Cancel).ToListAsync(rig.Cancel)); // checked before
        NatsJSFeatureNotSupportedException compression = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.CreateAsync(config => config with { Compression = true }));
        Assert.Equal("compression", compression.Field);
    }

    [Fact]
    public async Task Names_and_configurations_that_are_not_valid_throw_before_anything_is_sent()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        await rig.Connection.PingAsync(rig.Cancel); // what was sent before is counted
        long sent = rig.Connection.Stats.SentMessages;
        foreach (string bucket in (string[])["", "a.b", "a b", "a*", "ä", "a/b"])
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.CreateStoreAsync(bucket, rig.Cancel));
            await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.GetStoreAsync(bucket, rig.Cancel));
            await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.DeleteStoreAsync(bucket, rig.Cancel));
        }

        NatsKVConfig[] wrong =
        [
            rig.Config() with { History = 65 },
            rig.Config() with { History = -1 },
            rig.Config() with { MaxAge = TimeSpan.FromSeconds(-1) },
            rig.Config() with { LimitMarkerTTL = TimeSpan.FromMilliseconds(500) },
            rig.Config() with { Mirror = new StreamSource { Name = "a" }, Sources = [new StreamSource { Name = "b" }] },
        ];
        foreach (NatsKVConfig config in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.CreateStoreAsync(config, rig.Cancel));
            await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.CreateOrUpdateStoreAsync(config, rig.Cancel));
        }

        Assert.Equal(sent, rig.Connection.Stats.SentMessages);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Mirror_is_read_itself_and_written_through_the_mirrored_bucket()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore origin = await rig.CreateAsync(config => config with { History = 3 });
        INatsKVStore mirror = await rig.Context.CreateStoreAsync(
            new NatsKVConfig(rig.Bucket + "_m") { Storage = NatsKVStorageType.Memory, History = 3, Mirror = new StreamSource { Name = rig.Bucket } }, rig.Cancel);
        await using IAsyncEnumerator<NatsKVEntry<int>> watch = mirror.WatchAsync<int>("a", cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        Assert.Equal(1UL, await mirror.PutAsync("a", 5, cancellationToken: rig.Cancel));
        Assert.True(await watch.MoveNextAsync()); // the mirror has it now

        Assert.Equal(("a", 5, $"{rig.Bucket}_m"), (watch.Current.Key, watch.Current.Value, watch.Current.Bucket));
        Assert.Equal(5, (await origin.GetEntryAsync<int>("a", cancellationToken: rig.Cancel)).Value);
        Assert.Equal(5, (await mirror.GetEntryAsync<int>("a", cancellationToken: rig.Cancel)).Value);
        await mirror.DeleteAsync("a", cancellationToken: rig.Cancel);
        Assert.Equal(3UL, await mirror.CreateAsync("a", 6, cancellationToken: rig.Cancel)); // by the leader of the mirrored bucket, before the mirror has the deletion
        Assert.Contains($"{rig.Bucket}_m", await rig.Context.GetBucketNamesAsync(rig.Cancel).ToListAsync(rig.Cancel));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Source_has_its_keys_under_the_subjects_of_the_bucket()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore source = await rig.CreateAsync();
        INatsKVStore bucket = await rig.Context.CreateStoreAsync(
            new NatsKVConfig(rig.Bucket + "_s") { Storage = NatsKVStorageType.Memory, Sources = [new StreamSource { Name = rig.Stream }] }, rig.Cancel);
        await using IAsyncEnumerator<NatsKVEntry<int>> watch = bucket.WatchAsync<int>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        await source.PutAsync("a.b", 5, cancellationToken: rig.Cancel);
        Assert.True(await watch.MoveNextAsync());

        Assert.Equal(("a.b", 5), (watch.Current.Key, watch.Current.Value));
        await bucket.PutAsync("a.b", 6, cancellationToken: rig.Cancel); // the bucket can be written itself
        Assert.Equal(6, (await bucket.GetEntryAsync<int>("a.b", cancellationToken: rig.Cancel)).Value);
        Assert.Equal(5, (await source.GetEntryAsync<int>("a.b", cancellationToken: rig.Cancel)).Value);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsSeveralServers)]
    public async Task Writes_in_a_domain_have_its_prefix_and_filters_do_not()
    {
        using var leafPort = ReservedPort.Take();
        await using ITestServer hub = await JetStreamServers.StartAsync(
            $"jetstream {{ store_dir: \"{{folder}}/js\", domain: hub }}\nleafnodes {{ listen: \"127.0.0.1:{leafPort.Number}\", no_advertise: true }}\n");
        await using ITestServer leaf = await JetStreamServers.StartAsync($"leafnodes {{ reconnect: \"200ms\", remotes: [{{ url: \"nats-leaf://127.0.0.1:{leafPort.Number}\" }}] }}\n");
        await using KVRig rig = await KVRig.ConnectAsync(leaf, opts => new NatsJSOpts(opts, domain: "hub"));
        INatsKVStore store = await rig.CreateAsync(); // repeated until the link is there
        await store.PutAsync("a.b", 1, cancellationToken: rig.Cancel);
        await store.PutAsync("a.c", 2, cancellationToken: rig.Cancel);
        await store.DeleteAsync("a.c", cancellationToken: rig.Cancel);

        Assert.Equal(4UL, await store.CreateAsync("a.c", 3, cancellationToken: rig.Cancel));
        Assert.Equal(3, (await store.GetEntryAsync<int>("a.c", cancellationToken: rig.Cancel)).Value);
        Assert.Equal(["a.b", "a.c"], await store.GetKeysAsync(["a.*"], cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
        Assert.Equal([1, 3], (await store.GetManyAsync<int>(["a.b", "a.c"], cancellationToken: rig.Cancel).ToListAsync(rig.Cancel)).Select(entry => entry.Value));
        Assert.All(await store.PutManyAsync([KeyValuePair.Create("x", 1)], cancellationToken: rig.Cancel), result => Assert.True(result.Success));
    }
}
