using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Buckets;

/// <summary>Management of buckets with real servers.</summary>
[BothServers]
public sealed class StoreTests(JetStreamServers servers)
{
    [Fact]
    public async Task Every_setting_reaches_the_server()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync(config => config with
        {
            Description = "d",
            MaxAge = TimeSpan.FromSeconds(90),
            MaxBytes = 100_000,
            NumberOfReplicas = 1,
            Compression = true,
            Storage = NatsObjStorageType.File,
            Metadata = new Dictionary<string, string> { ["a"] = "b" },
        });
        NatsObjStatus status = await store.GetStatusAsync(rig.Cancel);
        StreamConfig stream = status.Info.Config;

        Assert.Equal((rig.Bucket, true, TimeSpan.FromSeconds(90), 0L, false), (status.Bucket, status.IsCompressed, status.MaxAge, status.Bytes, status.IsSealed));
        Assert.Equal(($"OBJ_{rig.Bucket}", "d", 100_000L, 1), (stream.Name, stream.Description, stream.MaxBytes, stream.NumReplicas));
        Assert.Equal([$"$O.{rig.Bucket}.C.>", $"$O.{rig.Bucket}.M.>"], stream.Subjects!);
        Assert.True(stream is { AllowRollupHdrs: true, AllowDirect: true, DenyPurge: false, DenyDelete: false });
        Assert.Equal((StreamConfigStorage.File, StreamConfigDiscard.New, TimeSpan.FromSeconds(90)), (stream.Storage, stream.Discard, stream.DuplicateWindow));
        Assert.Equal("b", stream.Metadata!["a"]);
    }

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Bucket_is_created_opened_updated_listed_and_deleted(bool isOld)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await (isOld ? servers.Oldest : servers.Newest));
        await Assert.ThrowsAsync<NatsJSStreamNotFoundException>(async () => await rig.Context.GetObjectStoreAsync(rig.Bucket, rig.Cancel));
        await Assert.ThrowsAsync<NatsJSStreamNotFoundException>(async () => await rig.Context.UpdateObjectStoreAsync(rig.Config(), rig.Cancel));
        await rig.Context.CreateOrUpdateObjectStoreAsync(rig.Config(), rig.Cancel);
        await rig.Context.CreateObjectStoreAsync(rig.Config(), rig.Cancel); // the same configuration
        NatsJSApiException e = await Assert.ThrowsAsync<NatsJSApiException>(async () => await rig.Context.CreateObjectStoreAsync(rig.Config() with { MaxBytes = 1000 }, rig.Cancel));
        Assert.True(e.Is(NatsJSErrorCode.StreamNameExist));
        INatsObjStore store = await rig.Context.CreateOrUpdateObjectStoreAsync(rig.Config() with { Description = "new" }, rig.Cancel);
        Assert.Equal("new", (await store.GetStatusAsync(rig.Cancel)).Info.Config.Description);
        Assert.Equal(rig.Bucket, (await rig.Context.GetObjectStoreAsync(rig.Bucket, rig.Cancel)).Bucket);
        Assert.Contains(rig.Bucket, await rig.Context.GetBucketNamesAsync(rig.Cancel).ToListAsync(rig.Cancel));
        Assert.Contains(await rig.Context.GetStatusesAsync(rig.Cancel).ToListAsync(rig.Cancel), status => status.Bucket == rig.Bucket && status.Info.Config.Description == "new");
        Assert.True(await rig.Context.DeleteObjectStore(rig.Bucket, rig.Cancel));
        await Assert.ThrowsAsync<NatsJSStreamNotFoundException>(async () => await rig.Context.DeleteObjectStore(rig.Bucket, rig.Cancel));
        await Assert.ThrowsAsync<NatsJSStreamNotFoundException>(async () => await store.GetInfoAsync("a", cancellationToken: rig.Cancel));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Settings_that_an_old_server_does_not_have_are_refused()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Oldest);
        NatsJSFeatureNotSupportedException e = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.CreateAsync(config => config with { Compression = true }));
        Assert.Equal("compression", e.Field);
    }

    [Fact]
    public async Task Stream_that_is_not_a_bucket_is_not_opened()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        await rig.JetStream.CreateStreamAsync(new StreamConfig(rig.Stream, [$"{rig.Bucket}.>"]) { Storage = StreamConfigStorage.Memory }, rig.Cancel);
        await Assert.ThrowsAsync<NatsObjException>(async () => await rig.Context.GetObjectStoreAsync(rig.Bucket, rig.Cancel));
    }

    [Fact]
    public async Task Names_and_configurations_that_are_not_valid_throw_before_anything_is_sent()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        await rig.Connection.PingAsync(rig.Cancel); // what was sent before is counted
        long sent = rig.Connection.Stats.SentMessages;
        foreach (string? bucket in (string?[])[null, "", "a.b", "a b", "a*", "ä", "a/b"])
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await rig.Context.CreateObjectStoreAsync(bucket!, rig.Cancel));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await rig.Context.CreateOrUpdateObjectStoreAsync(new NatsObjConfig(bucket!), rig.Cancel));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await rig.Context.GetObjectStoreAsync(bucket!, rig.Cancel));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await rig.Context.DeleteObjectStore(bucket!, rig.Cancel));
        }

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await rig.Context.CreateObjectStoreAsync((NatsObjConfig)null!, rig.Cancel));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await rig.Context.CreateObjectStoreAsync(rig.Config() with { MaxAge = TimeSpan.FromSeconds(-1) }, rig.Cancel));
        Assert.Equal(sent, rig.Connection.Stats.SentMessages);
        Assert.Throws<ArgumentNullException>(() => new NatsObjContext(null!));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsSeveralServers)]
    public async Task Domain_does_not_prefix_objects()
    {
        using var leafPort = ReservedPort.Take();
        await using ITestServer hub = await JetStreamServers.StartAsync(
            $"jetstream {{ store_dir: \"{{folder}}/js\", domain: hub }}\nleafnodes {{ listen: \"127.0.0.1:{leafPort.Number}\", no_advertise: true }}\n");
        await using ITestServer leaf = await JetStreamServers.StartAsync($"leafnodes {{ reconnect: \"200ms\", remotes: [{{ url: \"nats-leaf://127.0.0.1:{leafPort.Number}\" }}] }}\n");
        await using ObjRig rig = await ObjRig.ConnectAsync(leaf, opts => new NatsJSOpts(opts, domain: "hub"));
        INatsObjStore store = await rig.CreateAsync(); // repeated until the link is there
        byte[] bytes = ObjRig.Bytes(500_000);
        await store.PutAsync("a", bytes, rig.Cancel);

        Assert.Equal(bytes, await store.GetBytesAsync("a", rig.Cancel));
        await store.RenameAsync("a", "b", rig.Cancel);
        Assert.Equal(["b"], (await store.ListAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel)).Select(info => info.Name));
        await store.DeleteAsync("b", rig.Cancel);
        Assert.Equal(2, await rig.MessagesAsync()); // the information of both names
    }
}
