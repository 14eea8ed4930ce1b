using System.Text;
using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Familiar;

/// <summary>
/// Programs in the shape in which users of the official client write them (named arguments, no tokens): they compile with other
/// <c>using</c> lines and do the same.
/// </summary>
[BothServers]
public sealed class OfficialProgramTests(JetStreamServers servers)
{
    [Fact]
    public async Task Object_is_written_read_listed_and_deleted()
    {
        ITestServer server = await servers.Newest;
        string bucket = $"T{Nuid.NewNuid()}";
        await using var client = new NatsClient(url: server.Url);
        INatsObjContext obj = client.CreateObjectStoreContext();
        INatsObjStore store = await obj.CreateObjectStoreAsync(bucket);
        byte[] data = Encoding.UTF8.GetBytes("hello");
        await store.PutAsync("my/random/data.bin", new MemoryStream(data));
        var meta = new ObjectMetadata
        {
            Name = "my-object",
            Description = "text",
            Options = new MetaDataOptions { MaxChunkSize = 2 },
            Headers = new Dictionary<string, string[]> { { "k", ["v1", "v2"] } },
            Metadata = new Dictionary<string, string> { { "mk", "mv" } },
        };
        ObjectMetadata put = await store.PutAsync(meta: meta, stream: new MemoryStream(data), leaveOpen: false);
        Assert.Equal((3u, 5UL, bucket, "SHA-256=LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="), (put.Chunks, put.Size, put.Bucket, put.Digest));

        await using var stream = new MemoryStream();
        await store.GetAsync("my/random/data.bin", stream, leaveOpen: true);
        stream.Position = 0;
        Assert.Equal(data, stream.ToArray());
        ObjectMetadata metadata = await store.GetInfoAsync("my-object");
        var lines = new List<string>
        {
            $"  Name: {metadata.Name}",
            $"  Size: {metadata.Size}",
            $"  Time: {metadata.MTime != default}",
            $"  Chunks: {metadata.Chunks}",
            $"  Description: {metadata.Description}",
            $"  Header: {metadata.Headers!["k"][1]} {metadata.Metadata!["mk"]} {metadata.Options!.MaxChunkSize}",
        };
        Assert.Equal("  Name: my-object|  Size: 5|  Time: True|  Chunks: 3|  Description: text|  Header: v2 mv 2", string.Join('|', lines));

        using var cts = new CancellationTokenSource();
        var names = new List<string>();
        await foreach (ObjectMetadata info in store.WatchAsync(opts: new NatsObjWatchOpts { OnNoData = async ct => { await Task.CompletedTask; return true; } }, cancellationToken: cts.Token))
        {
            names.Add($"Object: {info.Bucket == bucket} {info.Name}");
        }

        await foreach (ObjectMetadata info in store.ListAsync())
        {
            names.Add(info.Name);
        }

        Assert.Equal(["Object: True my/random/data.bin", "Object: True my-object", "my/random/data.bin", "my-object"], names);
        await store.DeleteAsync("my-object");
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await store.GetInfoAsync("my-object"));
        Assert.True((await store.GetInfoAsync("my-object", showDeleted: true)).Deleted);
        Assert.True(await obj.DeleteObjectStore(bucket, CancellationToken.None));
    }

    [Fact]
    public async Task Contexts_are_made_in_every_way()
    {
        ITestServer server = await servers.Newest;
        string bucket = $"T{Nuid.NewNuid()}";
        await using var nats = new NatsConnection(new NatsOpts { Url = server.Url });
        var js = new NatsJSContext(nats);
        INatsObjContext[] contexts = [new NatsObjContext(js), nats.CreateObjectStoreContext(), js.CreateObjectStoreContext(), new NatsObjContextFactory().CreateContext(js)];
        var config = new NatsObjConfig(bucket) { Storage = NatsObjStorageType.Memory, MaxAge = TimeSpan.FromHours(1), MaxBytes = 1_000_000, NumberOfReplicas = 1 };
        await contexts[0].CreateObjectStoreAsync(config);
        foreach (INatsObjContext context in contexts)
        {
            INatsObjStore store = await context.GetObjectStoreAsync(bucket);
            await store.PutAsync("k", value: new byte[] { 1, 2 });
            Assert.Equal([1, 2], await store.GetBytesAsync(key: "k"));
            Assert.Same(context.JetStreamContext, store.JetStreamContext);
        }

        INatsObjStore last = await contexts[0].GetObjectStoreAsync(bucket);
        await last.AddLinkAsync(link: "l", target: "k");
        await last.AddBucketLinkAsync(link: "bl", target: last);
        Assert.Equal("new", (await last.UpdateMetaAsync(key: "k", meta: new ObjectMetadata { Name = "k", Description = "new" })).Description);
        NatsObjStatus status = await last.GetStatusAsync();
        Assert.Equal((bucket, false, $"OBJ_{bucket}"), (status.Bucket, status.IsCompressed, status.Info.Config.Name));
        await last.SealAsync();
        NatsObjException e = await Assert.ThrowsAnyAsync<NatsObjException>(async () => await last.GetBytesAsync("none"));
        Assert.IsType<NatsObjNotFoundException>(e);
    }
}
